"""The return kiosk: a customer brings goods back alone, in four steps."""
