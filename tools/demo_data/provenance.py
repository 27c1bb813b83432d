"""The text of PROVENANCE.md, which stays beside the data."""

PROVENANCE = """\
# Where the demo data comes from

Maison Comptoir is a fictional French retailer. Its articles, prices and orders are real ones of
another shop; its stores and stock are invented. These files are written by
`tools/build_demo_data.py`; docs/demo-data.md says how.

| file | made from | licence of the source |
|---|---|---|
| `articles.csv` | SKU, name, price: UCI “Online Retail” | CC BY 4.0 |
| `demand.csv`, `inbound.csv` | sums of the UCI orders; the dates to come are invented | CC BY 4.0 |
| `orders_all.csv.gz`, `web_orders.jsonl.gz`, `cancellations.csv.gz` | the UCI orders; \
destinations drawn by population | CC BY 4.0 |
| `destinations.csv`, coordinates in `locations.csv` and `pickup_points.csv` | French communes \
with postcode, centroid, population | Licence Ouverte 2.0 (Etalab); CC BY 4.0 (GeoNames) |
| names and streets of stores and pickup points | invented; the quarters are real places | none |
| `company.toml` | the settings of the company, invented, written by hand | none |
| `tariffs.csv`, Colissimo rows | public tariff of La Poste for France, 2023 | published tariff |
| `tariffs.csv`, Mondial Relay rows | tariff 2025 from a secondary source, **not verified** | \
published tariff |
| `tariffs.csv`, rows marked `invented`; `services.csv`, `regions.csv` | carriers that do not \
exist, detours and stops that nobody measured | none |
| `factors.csv`, trucks and vans | UK government conversion factors 2025 (DESNZ/DEFRA), freighting \
goods + well to tank | Open Government Licence v3.0 |
| `factors.csv`, trips of customers; `transport_parameters.csv` | parameters of ADEME's model of \
parcel delivery | MIT |
| `factors.csv`, `hub_parcel`, `hub_weight`, `carton` | assumed; `cargo_bike`: ADEME's e-bike \
| none |

## Attributions
- Chen, D., Sain, S. L., Guo, K. (2012). *Data mining for the online retail industry: A case study \
of RFM model-based customer segmentation using data mining.* Journal of Database Marketing and \
Customer Strategy Management 19(3). Data set: Online Retail, UCI Machine Learning Repository, \
https://doi.org/10.24432/C5BW33, CC BY 4.0. Changed: cleaned, prices in euros, names rewritten, \
destinations and everything named “estimated” below added.
- Communes: Etalab, Licence Ouverte 2.0; postcodes and points: GeoNames, https://www.geonames.org, \
CC BY 4.0. Changed: one row a postcode.
- Contains public sector information licensed under the Open Government Licence v3.0 (DESNZ, \
Greenhouse gas reporting: conversion factors 2025).
- ADEME, Impact CO2, parameters of the delivery model, MIT.

## Estimated or invented, never measured
- `price_minor`: the median price in pounds times a fixed 1.16, at the nearest retail ending.
- `category`, `weight_g`, `vat_rate_bp`, `guarantee`, `tags`: by words of the name. Weights \
carry a seeded noise of 12 %. Not advice on tax, law or dangerous goods.
- `volume_cm3`: the weight by a density of its category, with a seeded noise of 30 %.
- `gtin`: internal numbers (prefix 20) with a true check digit.
- Stock by location is not in these files: `generate_stock` makes it from the demand and a seed.
"""
