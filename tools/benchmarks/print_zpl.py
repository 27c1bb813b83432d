"""Labels drawn from their ZPL by somebody else's renderer, and read back."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from pathlib import Path

from PIL import Image as Picture

from printing import render_zpl
from printing.samples.random_documents import seeded
from sync.i18n import I18n
from tools.benchmarks.figure import Figure
from tools.benchmarks.print_codes import read, reader, said

_SCRIPT = """
const fs = require("fs");
const { ready } = require("zpl-renderer-js");
(async () => {
  const { api } = await ready;
  for (const [path, width, height, dots] of JSON.parse(fs.readFileSync(process.argv[2], "utf8"))) {
    const zpl = fs.readFileSync(path, "utf8");
    const png = await api.zplToBase64Async(zpl, width, height, dots);
    fs.writeFileSync(path + ".png", Buffer.from(png, "base64"));
  }
  process.exit(0);
})();
"""


def independent_zpl(folder: Path, count: int) -> Figure:
    """Labels drawn from their ZPL by somebody else's renderer, and read back."""
    zxing = reader()
    documents = [
        seeded(type_, seed, I18n("fr"))
        for type_ in ("parcel_label", "return_label", "collect_label")
        for seed in range(count // 3)
    ]
    right = total = 0
    with tempfile.TemporaryDirectory() as place:
        jobs = []
        for number, document in enumerate(documents):
            path = Path(place) / f"{number}.zpl"
            path.write_bytes(render_zpl(document, 203))
            jobs.append((str(path), document.media.width_mm, document.media.height_mm, 8))
        (Path(place) / "jobs.json").write_text(json.dumps(jobs))
        script = Path(place) / "render.cjs"
        script.write_text(_SCRIPT)
        environment = {**os.environ, "NODE_PATH": str(folder.resolve() / "node_modules")}
        command = ["node", str(script), str(Path(place) / "jobs.json")]
        subprocess.run(command, check=True, env=environment)
        for (path_text, *_), document in zip(jobs, documents, strict=True):
            with Picture.open(path_text + ".png") as picture:
                found = read(zxing, picture.convert("L"))
            wanted = said(document)
            right += len(wanted & found)
            total += len(wanted)
    how = f"{total} codes of {len(documents)} labels drawn by zpl-renderer-js at 203 dpi"
    return Figure("codes read back, ZPL, independent", right / total, 1, "higher", "share", how)
