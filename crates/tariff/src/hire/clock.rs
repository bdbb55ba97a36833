//! Times of the day of use: `HH:MM`, counted on after midnight, so that one o'clock in the night after it is `25:00`.

/// Minutes in a day.
pub(super) const DAY: i64 = 1_440;

/// The minutes after midnight that a clock shows, at most those of two days.
pub(super) fn minutes(text: &str) -> Option<i64> {
    let (hours, minutes) = text.split_once(':')?;
    let digits = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(hours) || !digits(minutes) {
        return None;
    }
    let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
    let sum = hours * 60 + minutes;
    (minutes < 60 && sum <= 2 * DAY).then_some(sum)
}

/// What the clock shows so many minutes after the midnight with which the day of use begins: `09:00`, `25:30`. Before that
/// midnight it shows what it shows the day before, and after the second day what it shows in the night after the last.
pub fn clock(minutes: i64) -> String {
    let minutes = match minutes {
        before if before < 0 => before.rem_euclid(DAY),
        after if after > 2 * DAY => DAY + 1 + (after - 1).rem_euclid(DAY),
        minutes => minutes,
    };
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// Whether a half-open time of the day holds a moment. The night after the day of use is also the early hours of a day: `02:00`
/// is in what is from `22:00` until `26:00`, and `26:30` in what is from `00:00` until `06:00`.
pub(super) fn holds(from: i64, until: i64, at: i64) -> bool {
    let at = at.rem_euclid(DAY);
    [at, at + DAY].into_iter().any(|at| from <= at && at < until)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_two_digits_and_two_digits_until_the_end_of_the_next_day() {
        assert_eq!(["00:00", "09:30", "24:00", "48:00"].map(minutes), [Some(0), Some(570), Some(1_440), Some(2_880)]);
        for none in ["9:30", "09:60", "48:01", "0930", "+9:30", "09:3", "", "ab:cd"] {
            assert_eq!(minutes(none), None, "{none}");
        }
    }

    #[test]
    fn what_a_clock_shows_reads_back() {
        for at in [0, 61, 1_439, 1_500, 2_880] {
            assert_eq!(minutes(&clock(at)), Some(at));
        }
        assert_eq!([-30, 2_881, 3_960, 4_320].map(clock), ["23:30", "24:01", "42:00", "48:00"]);
    }

    #[test]
    fn two_in_the_night_is_the_same_however_it_is_counted() {
        let night = (22 * 60, 26 * 60);
        for at in ["25:00", "01:00", "22:00"] {
            assert!(holds(night.0, night.1, minutes(at).unwrap()), "{at}");
        }
        for at in ["02:00", "26:00", "21:59"] {
            assert!(!holds(night.0, night.1, minutes(at).unwrap()), "{at}");
        }
        for at in ["26:30", "24:00", "48:00"] {
            assert!(holds(0, 360, minutes(at).unwrap()), "{at}");
        }
    }
}
