DROP TABLE patron.answers;
DROP TABLE patron.answer_sets;
DROP TABLE patron.form_versions;
DROP TABLE patron.forms;
DROP TABLE patron.person_facts;
DROP TABLE patron.relationships;
DROP TABLE patron.persons;
