DROP TABLE venue.permits;
DROP TABLE venue.permit_series;
DROP TABLE venue.hires;
DROP TABLE venue.hire_applications;
DROP TABLE venue.hire_holds;
DROP TABLE venue.hire_quotes;
DROP TABLE venue.tariff_versions;
