// Times Vendure's own MultiChannelStockLocationStrategy over stock held in memory: no server and
// no database, so that only the decision is timed.
//
// In: {"stock": [[pieces of each line] by location], "rounds": n}. Out: {"seconds": [...],
// "assigned": pieces allocated in the last round}. A fresh request context for every order, as a
// server has; the channels of the locations stay in the long-lived cache.
"use strict";
process.env.NODE_ENV = "production";
const { createRequire } = require("module");
const from = createRequire(process.argv[2] + "/");
from("reflect-metadata");
const vendure = from("@vendure/core");

function prepare(stock) {
  const locations = stock.map((_, place) => ({ id: place + 1, channels: [{ id: 1 }] }));
  const levels = stock[0].map((_, line) =>
    stock.map((row, place) => ({
      stockLocationId: place + 1,
      stockOnHand: row[line],
      stockAllocated: 0,
    })),
  );
  const strategy = new vendure.MultiChannelStockLocationStrategy();
  strategy.connection = {
    getRepository: () => ({ find: async (query) => levels[query.where.productVariantId] }),
    getEntityOrThrow: async (context, entity, id) =>
      entity === vendure.StockLocation
        ? locations[id - 1]
        : { id, trackInventory: "TRUE", useGlobalOutOfStockThreshold: true },
  };
  strategy.requestContextCache = new vendure.RequestContextCacheService();
  const channels = new Map();
  strategy.channelIdCache = {
    get: async (id, make) => {
      if (!channels.has(id)) channels.set(id, await make());
      return channels.get(id);
    },
  };
  strategy.globalSettingsService = {
    getSettings: async () => ({ outOfStockThreshold: 0, trackInventory: true }),
  };
  return { strategy, locations };
}

// One line, not all the input: whoever asks keeps it open until the answer is there.
const lines = require("readline").createInterface({ input: process.stdin });
lines.once("line", async (line) => {
  const asked = JSON.parse(line);
  const { strategy, locations } = prepare(asked.stock);
  const seconds = [];
  let assigned = 0;
  for (let round = 0; round < asked.rounds; round++) {
    const context = { channelId: 1 };
    assigned = 0;
    const start = process.hrtime.bigint();
    for (let line = 0; line < asked.stock[0].length; line++) {
      const found = await strategy.forAllocation(context, locations, { productVariantId: line }, 1);
      assigned += found.reduce((sum, part) => sum + part.quantity, 0);
    }
    seconds.push(Number(process.hrtime.bigint() - start) / 1e9);
  }
  process.stdout.write(JSON.stringify({ seconds, assigned }) + "\n");
  process.exit(0);
});
