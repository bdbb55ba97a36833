DROP INDEX venue.hire_applications_of_state;
