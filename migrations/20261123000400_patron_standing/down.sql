DROP TABLE patron.standings;
DROP TABLE patron.user_classes;
