DROP TABLE venue.calendar_feeds;
