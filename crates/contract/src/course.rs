//! Courses on the wire.
