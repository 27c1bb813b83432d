"""Tables of places: the quarters with a store, and words for invented addresses.

Quarters, postcodes and points are public facts, the points rounded to about 100 m.
"""

# name of the store, address, postcode, commune, latitude, longitude. S001 is the demo's store.
QUARTERS: tuple[tuple[str, str, str, str, float, float], ...] = (
    ("Lyon Bellecour", "12 place Bellecour", "69002", "Lyon", 45.7578, 4.8320),
    ("Lyon Part-Dieu", "17 rue du Docteur Bouchut", "69003", "Lyon", 45.7613, 4.8570),
    ("Lyon Croix-Rousse", "94 boulevard de la Croix-Rousse", "69004", "Lyon", 45.7745, 4.8278),
    ("Lyon Confluence", "112 cours Charlemagne", "69002", "Lyon", 45.7408, 4.8184),
    ("Paris Bastille", "9 rue de la Roquette", "75011", "Paris", 48.8541, 2.3716),
    ("Paris Saint-Lazare", "20 rue Saint-Lazare", "75009", "Paris", 48.8764, 2.3322),
    ("Paris Les Halles", "30 rue Montorgueil", "75001", "Paris", 48.8643, 2.3465),
    ("Paris Montparnasse", "60 rue de Rennes", "75006", "Paris", 48.8497, 2.3300),
    ("Paris Batignolles", "70 rue des Batignolles", "75017", "Paris", 48.8866, 2.3176),
    ("Paris Bercy", "40 cour Saint-Émilion", "75012", "Paris", 48.8332, 2.3866),
    ("Paris Passy", "25 rue de Passy", "75016", "Paris", 48.8577, 2.2812),
    ("Paris Place d'Italie", "30 avenue d'Italie", "75013", "Paris", 48.8292, 2.3565),
    ("Paris République", "15 rue du Faubourg-du-Temple", "75010", "Paris", 48.8690, 2.3668),
    ("Marseille Vieux-Port", "14 rue de la République", "13001", "Marseille", 43.2974, 5.3728),
    ("Marseille Joliette", "10 place de la Joliette", "13002", "Marseille", 43.3046, 5.3673),
    ("Marseille Prado", "180 avenue du Prado", "13008", "Marseille", 43.2781, 5.3890),
    ("Marseille La Valentine", "8 route de la Sablière", "13011", "Marseille", 43.2927, 5.4794),
    ("Toulouse Capitole", "22 rue d'Alsace-Lorraine", "31000", "Toulouse", 43.6046, 1.4461),
    ("Toulouse Saint-Cyprien", "5 place Olivier", "31300", "Toulouse", 43.5983, 1.4307),
    ("Toulouse Compans", "6 esplanade Compans-Caffarelli", "31000", "Toulouse", 43.6113, 1.4349),
    ("Nice Masséna", "18 avenue Jean-Médecin", "06000", "Nice", 43.7000, 7.2683),
    ("Nice Port Lympia", "7 rue Cassini", "06300", "Nice", 43.6996, 7.2837),
    ("Nantes Graslin", "11 rue Crébillon", "44000", "Nantes", 47.2134, -1.5607),
    ("Nantes Beaulieu", "2 rue du Docteur Zamenhof", "44200", "Nantes", 47.2056, -1.5349),
    ("Montpellier Comédie", "3 rue de la Loge", "34000", "Montpellier", 43.6092, 3.8786),
    ("Montpellier Odysseum", "2 place de Lisbonne", "34000", "Montpellier", 43.6043, 3.9190),
    ("Strasbourg Kléber", "10 rue des Grandes-Arcades", "67000", "Strasbourg", 48.5827, 7.7474),
    ("Strasbourg Rivétoile", "3 place Dauphine", "67100", "Strasbourg", 48.5736, 7.7591),
    ("Bordeaux Sainte-Catherine", "90 rue Sainte-Catherine", "33000", "Bordeaux", 44.8372, -0.5738),
    ("Bordeaux Lac", "4 avenue des Quarante-Journaux", "33300", "Bordeaux", 44.8810, -0.5660),
    ("Lille Grand-Place", "16 rue de Béthune", "59000", "Lille", 50.6345, 3.0630),
    ("Lille Wazemmes", "40 rue Gambetta", "59000", "Lille", 50.6285, 3.0530),
    ("Rennes République", "8 rue Le Bastard", "35000", "Rennes", 48.1125, -1.6802),
    ("Rennes Alma", "5 rue du Bosphore", "35200", "Rennes", 48.0838, -1.6770),
)
STREETS = (
    "place de l'Hôtel-de-Ville",
    "rue de la République",
    "place du Marché",
    "rue des Halles",
    "rue du Commerce",
)
RELAY_SHOPS = (
    "Tabac-presse",
    "Librairie",
    "Fleuriste",
    "Épicerie",
    "Pressing",
    "Cordonnerie",
    "Supérette",
    "Papeterie",
)
RELAY_PLACES = (
    ("de la Gare", "place de la Gare"),
    ("du Marché", "place du Marché"),
    ("de la Mairie", "place de la Mairie"),
    ("des Halles", "rue des Halles"),
    ("de l'Église", "place de l'Église"),
    ("de la Poste", "rue de la Poste"),
    ("des Écoles", "rue des Écoles"),
    ("du Pont", "rue du Pont"),
)
