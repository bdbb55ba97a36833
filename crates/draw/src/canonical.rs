//! RFC 8785 JSON of the values that occur here: objects, arrays, strings, booleans and whole numbers below 2^32.

use serde::Serialize;
use serde_json::Value;

use crate::rules::Unfit;

/// The one spelling of a value.
pub(crate) fn canonical<T: Serialize + ?Sized>(value: &T) -> Result<String, Unfit> {
    let mut out = String::new();
    write(&serde_json::to_value(value).map_err(|_| Unfit::NotCanonical)?, &mut out)?;
    Ok(out)
}

fn write(value: &Value, out: &mut String) -> Result<(), Unfit> {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            // the order of RFC 8785 §3.2.3, which is not that of UTF-8
            fields.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
            out.push('{');
            for (n, (name, value)) in fields.into_iter().enumerate() {
                if n > 0 {
                    out.push(',');
                }
                string(name, out);
                out.push(':');
                write(value, out)?;
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (n, item) in items.iter().enumerate() {
                if n > 0 {
                    out.push(',');
                }
                write(item, out)?;
            }
            out.push(']');
        }
        Value::String(text) => string(text, out),
        // other numbers have a spelling of their own in RFC 8785 that no entry needs
        Value::Number(number) if number.as_u64().is_some_and(|n| n <= u64::from(u32::MAX)) => {
            out.push_str(&number.to_string());
        }
        Value::Number(_) => return Err(Unfit::NotCanonical),
        Value::Bool(_) | Value::Null => out.push_str(&value.to_string()),
    }
    Ok(())
}

/// serde_json escapes exactly what RFC 8785 §3.2.2.2 escapes, in the same spelling.
fn string(text: &str, out: &mut String) {
    out.push_str(&Value::from(text).to_string());
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn keys_are_in_utf16_order_and_strings_are_escaped_as_the_rfc_says() {
        let value = json!({"\u{fb33}": 1, "😀": 2, "€": 3, "\r": "\u{8}\u{c}\n\u{1f}\u{7f}/\"\\é", "1": [true, null]});
        assert_eq!(
            canonical(&value).unwrap(),
            "{\"\\r\":\"\\b\\f\\n\\u001f\u{7f}/\\\"\\\\é\",\"1\":[true,null],\"€\":3,\"😀\":2,\"\u{fb33}\":1}"
        );
    }

    #[test]
    fn numbers_without_a_plain_spelling_are_refused() {
        assert!(canonical(&json!(1.5)).is_err());
        assert!(canonical(&json!(-1)).is_err());
    }
}
