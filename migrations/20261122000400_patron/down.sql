DROP TABLE patron.throttles;
DROP TABLE patron.verifications;
DROP TABLE patron.passwords;
DROP TABLE patron.patrons;
