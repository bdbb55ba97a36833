//! The published contract at work: which operation a request means, and whether it keeps to the published schemas.
//!
//! Validation uses the very document that `/openapi.json` serves, so the two cannot disagree.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, LazyLock, OnceLock},
};

use contract::problem::FieldFault;
use jsonschema::{ValidationError, Validator, error::ValidationErrorKind};
use poem::http::Method;
use serde_json::{Map, Value, json};

/// As many faults as an answer tells.
const MOST_FAULTS: usize = 100;

/// One parameter as published.
pub struct Parameter {
    pub name: String,
    pub place: Place,
    pub required: bool,
    integer: bool,
    boolean: bool,
    judge: Judge,
}

/// Where a parameter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Path,
    Query,
    Header,
}

/// One operation as published.
pub struct Operation {
    pub id: String,
    pub path: String,
    pub parameters: Vec<Parameter>,
    /// Whether it may change something.
    pub mutating: bool,
    segments: Vec<Segment>,
}

enum Segment {
    Fixed(String),
    Named(String),
}

/// What a path and a method mean.
pub enum Found {
    Operation(Arc<Operation>, Vec<(String, String)>),
    /// The path exists; these are its methods.
    OtherMethods(Vec<Method>),
    Nothing,
}

/// The whole contract, ready to be asked.
pub struct Surface {
    /// OpenAPI 3.0.3, as committed.
    pub v30: Arc<Value>,
    /// The 3.1 twin.
    pub v31: Arc<Value>,
    by_length: HashMap<usize, Vec<(Method, Arc<Operation>)>>,
    bodies: BTreeMap<String, Judge>,
}

/// A published schema, made ready for judging when it is first asked: a contract has thousands, and a day's requests need few.
struct Judge {
    schema: Value,
    document: Arc<Value>,
    ready: OnceLock<Option<Validator>>,
}

impl Surface {
    /// Reads a normalised document and its twin.
    pub fn new(v30: Value, v31: Value) -> Self {
        let v31 = Arc::new(v31);
        let mut by_length: HashMap<usize, Vec<(Method, Arc<Operation>)>> = HashMap::new();
        for (path, item) in entries(v31.get("paths")) {
            for (verb, operation) in entries(Some(item)) {
                let Ok(method) = Method::from_bytes(verb.to_uppercase().as_bytes()) else { continue };
                let operation = Arc::new(Operation::read(path, &method, operation, &v31));
                by_length.entry(operation.segments.len()).or_default().push((method, operation));
            }
        }
        let named = |name: &String| json!({ "$ref": format!("#/components/schemas/{name}") });
        let bodies = entries(v31.pointer("/components/schemas"))
            .map(|(name, _)| (name.clone(), Judge::of(named(name), &v31)))
            .collect();
        Self { v30: Arc::new(v30), v31, by_length, bodies }
    }

    /// The operation that this method and path mean. A fixed segment stands before a named one, as in the router:
    /// `/payments/notices` is never the payment of that name.
    pub fn find(&self, method: &Method, path: &str) -> Found {
        let method = if method == Method::HEAD { &Method::GET } else { method };
        let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        let known = self.by_length.get(&parts.len()).into_iter().flatten();
        let mut matching: Vec<_> =
            known.filter_map(|(verb, operation)| Some((verb, operation, operation.matches(&parts)?))).collect();
        let fewest = matching.iter().map(|(_, _, named)| named.len()).min();
        matching.retain(|(_, _, named)| Some(named.len()) == fewest);
        let others: Vec<Method> = matching.iter().map(|(verb, _, _)| (*verb).clone()).collect();
        match matching.into_iter().find(|(verb, _, _)| *verb == method) {
            Some((_, operation, named)) => Found::Operation(operation.clone(), named),
            None if others.is_empty() => Found::Nothing,
            None => Found::OtherMethods(others),
        }
    }

    /// Every fault of a body against the published schema of this name.
    pub fn body_faults(&self, schema: &str, body: &Value) -> Vec<FieldFault> {
        self.bodies.get(schema).map(|judge| judge.faults(body, "#")).unwrap_or_default()
    }

    /// Whether a schema of this name is published.
    pub fn knows(&self, schema: &str) -> bool {
        self.bodies.contains_key(schema)
    }
}

fn entries(value: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    value.and_then(Value::as_object).into_iter().flatten()
}

impl Judge {
    fn of(schema: Value, document: &Arc<Value>) -> Self {
        Self { schema, document: document.clone(), ready: OnceLock::new() }
    }

    /// Every fault of a value, a hundred at most. The sentences never repeat the value.
    fn faults(&self, value: &Value, root: &str) -> Vec<FieldFault> {
        let mut found = Vec::new();
        let ready = self.ready.get_or_init(|| compile(&self.schema, &self.document).ok());
        for error in ready.iter().flat_map(|validator| validator.iter_errors(value)).take(MOST_FAULTS) {
            told(&error, root, &mut found);
        }
        found.truncate(MOST_FAULTS);
        found
    }
}

/// A validator of a schema, with those components alone that it leads to: the whole document beside each schema would take a
/// gigabyte.
pub(crate) fn compile(schema: &Value, document: &Value) -> Result<Validator, String> {
    let mut root = schema.as_object().cloned().unwrap_or_else(Map::new);
    root.insert("components".to_owned(), Value::Object(components_of(schema, document)));
    jsonschema::options().should_validate_formats(true).build(&Value::Object(root)).map_err(|error| error.to_string())
}

/// The components that a schema leads to, by kind and name.
fn components_of(schema: &Value, document: &Value) -> Map<String, Value> {
    let (mut found, mut open) = (Map::new(), vec![schema]);
    while let Some(next) = open.pop() {
        match next {
            Value::Array(items) => open.extend(items),
            Value::Object(members) => {
                open.extend(members.values());
                let named = members.get("$ref").and_then(Value::as_str);
                let named = named.and_then(|at| at.strip_prefix("#/components/")?.split_once('/'));
                let Some((kind, name)) = named else { continue };
                let target = document.pointer(&format!("/components/{kind}/{name}"));
                let known = found.entry(kind).or_insert_with(|| Value::Object(Map::new()));
                if let (Some(target), Some(known)) = (target, known.as_object_mut())
                    && !known.contains_key(name)
                {
                    known.insert(name.to_owned(), target.clone());
                    open.push(target);
                }
            }
            _ => {}
        }
    }
    found
}

impl Operation {
    fn read(path: &str, method: &Method, operation: &Value, document: &Arc<Value>) -> Self {
        let segments = path
            .trim_start_matches('/')
            .split('/')
            .map(|part| match part.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
                Some(name) => Segment::Named(name.to_owned()),
                None => Segment::Fixed(part.to_owned()),
            })
            .collect();
        let parameters = operation
            .get("parameters")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(|parameter| Parameter::read(parameter, document))
            .collect();
        let text = |key: &str| operation.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        Self { id: text("operationId"), path: path.to_owned(), parameters, mutating: method != Method::GET, segments }
    }

    fn matches(&self, parts: &[&str]) -> Option<Vec<(String, String)>> {
        let mut named = Vec::new();
        for (segment, part) in self.segments.iter().zip(parts) {
            match segment {
                Segment::Fixed(text) if text == part => {}
                Segment::Fixed(_) => return None,
                Segment::Named(_) if part.is_empty() => return None,
                Segment::Named(name) => named.push((name.clone(), (*part).to_owned())),
            }
        }
        Some(named)
    }

    /// Every fault of the path, the query and the headers, a hundred at most. A path parameter that fits no id makes the
    /// thing absent rather than the request faulty; the flag says so.
    pub fn parameter_faults(
        &self,
        path: &[(String, String)],
        query: &[(String, String)],
        header: impl Fn(&str) -> Option<String>,
    ) -> (Vec<FieldFault>, bool) {
        let mut found = Vec::new();
        let mut absent = false;
        for parameter in &self.parameters {
            let given = match parameter.place {
                Place::Path => path.iter().find(|(name, _)| *name == parameter.name).map(|(_, value)| value.clone()),
                Place::Query => query.iter().find(|(name, _)| *name == parameter.name).map(|(_, value)| value.clone()),
                Place::Header => header(&parameter.name),
            };
            let faults = parameter.faults(given);
            if parameter.place == Place::Path && !faults.is_empty() {
                absent = true;
            } else {
                found.extend(faults);
            }
        }
        let mut times: BTreeMap<&str, usize> = BTreeMap::new();
        for (name, _) in query {
            *times.entry(name).or_default() += 1;
        }
        for (name, given) in times {
            let published = self.parameters.iter().any(|p| p.place == Place::Query && p.name == name);
            let code = match (published, given) {
                (false, _) => "unknown_parameter",
                (true, 1) => continue,
                (true, _) => "repeated",
            };
            found.push(FieldFault { parameter: Some(name.to_owned()), ..fault(None, code) });
        }
        found.truncate(MOST_FAULTS);
        (found, absent)
    }
}

impl Parameter {
    fn read(parameter: &Value, document: &Arc<Value>) -> Option<Self> {
        let place = match parameter.get("in")?.as_str()? {
            "path" => Place::Path,
            "query" => Place::Query,
            "header" => Place::Header,
            _ => return None,
        };
        let schema = parameter.get("schema")?;
        let is = |kind: &str| match schema.get("type") {
            Some(Value::String(text)) => text == kind,
            Some(Value::Array(kinds)) => kinds.iter().any(|k| k == kind),
            _ => false,
        };
        Some(Self {
            name: parameter.get("name")?.as_str()?.to_owned(),
            place,
            required: parameter.get("required").and_then(Value::as_bool).unwrap_or(false),
            integer: is("integer"),
            boolean: is("boolean"),
            judge: Judge::of(schema.clone(), document),
        })
    }

    fn faults(&self, given: Option<String>) -> Vec<FieldFault> {
        let here = |fault: FieldFault| match self.place {
            Place::Header => FieldFault { header: Some(self.name.clone()), pointer: None, ..fault },
            _ => FieldFault { parameter: Some(self.name.clone()), pointer: None, ..fault },
        };
        let Some(given) = given else {
            return if self.required { vec![here(fault(None, "required"))] } else { Vec::new() };
        };
        let value = if self.integer {
            given.parse::<i64>().map_or(Value::String(given), Value::from)
        } else if self.boolean {
            given.parse::<bool>().map_or(Value::String(given), Value::from)
        } else {
            Value::String(given)
        };
        self.judge.faults(&value, "").into_iter().map(here).collect()
    }
}

fn told(error: &ValidationError<'_>, root: &str, found: &mut Vec<FieldFault>) {
    let pointer = format!("{root}{}", error.instance_path());
    let at = |code: &str| fault(Some(pointer.clone()), code);
    match error.kind() {
        ValidationErrorKind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            found.push(fault(Some(member(&pointer, name)), "required"));
        }
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            found.extend(unexpected.iter().map(|name| fault(Some(member(&pointer, name)), "unknown_field")));
        }
        ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context } => {
            match nearest(error, context) {
                Some(branch) => branch.iter().for_each(|error| told(error, root, found)),
                None => found.push(at("invalid")),
            }
        }
        kind => found.push(at(code_of(kind))),
    }
}

/// A member of what a pointer leads to (RFC 6901).
fn member(pointer: &str, name: &str) -> String {
    format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"))
}

/// Of several forms that something may have, none of which it has, the one that it comes nearest to: with the fewest faults where
/// it stands and in what names its form, and then with the fewest faults at all.
fn nearest<'a>(
    error: &ValidationError<'_>,
    forms: &'a [Vec<ValidationError<'static>>],
) -> Option<&'a Vec<ValidationError<'static>>> {
    let here = error.instance_path().as_str();
    let apart = |fault: &ValidationError<'_>| {
        let path = fault.instance_path().as_str();
        let named = matches!(fault.kind(), ValidationErrorKind::Enum { .. } | ValidationErrorKind::Constant { .. });
        path == here || (named && path.strip_prefix(here).is_some_and(|rest| rest.matches('/').count() == 1))
    };
    let distance =
        |form: &&Vec<ValidationError<'static>>| (form.iter().filter(|fault| apart(fault)).count(), form.len());
    forms.iter().filter(|form| !form.is_empty()).min_by_key(distance)
}

fn code_of(kind: &ValidationErrorKind) -> &'static str {
    match kind {
        ValidationErrorKind::Type { .. } => "wrong_type",
        ValidationErrorKind::Enum { .. } | ValidationErrorKind::Constant { .. } => "not_one_of",
        ValidationErrorKind::Format { format } if format == "date-time" => "offset_required",
        ValidationErrorKind::Format { .. } => "wrong_format",
        ValidationErrorKind::Pattern { .. } => "wrong_pattern",
        ValidationErrorKind::MaxLength { .. } => "too_long",
        ValidationErrorKind::MinLength { .. } => "too_short",
        ValidationErrorKind::Maximum { .. } | ValidationErrorKind::ExclusiveMaximum { .. } => "too_large",
        ValidationErrorKind::Minimum { .. } | ValidationErrorKind::ExclusiveMinimum { .. } => "too_small",
        ValidationErrorKind::MaxItems { .. } => "too_many",
        ValidationErrorKind::MinItems { .. } => "too_few",
        ValidationErrorKind::UniqueItems => "repeated",
        _ => "invalid",
    }
}

/// A fault with its sentence.
pub fn fault(pointer: Option<String>, code: &str) -> FieldFault {
    let detail = match code {
        "required" => "This is required.",
        "unknown_field" => "The contract knows no such field.",
        "unknown_parameter" => "The operation knows no such parameter.",
        "wrong_type" => "This is of another type than the contract says.",
        "not_one_of" => "This is none of the values the contract lists.",
        "offset_required" => "This must be an RFC 3339 date-time with an offset, such as 2026-04-01T10:00:00+09:00.",
        "wrong_format" => "This is not in the format the contract says.",
        "wrong_pattern" => "This does not match the pattern the contract says.",
        "too_long" => "This is longer than the contract allows.",
        "too_short" => "This is shorter than the contract allows.",
        "too_large" => "This is larger than the contract allows.",
        "too_small" => "This is smaller than the contract allows.",
        "too_many" => "These are more than the contract allows.",
        "too_few" => "These are fewer than the contract asks for.",
        "repeated" => "This is given more than once.",
        _ => "This breaks the contract.",
    };
    FieldFault {
        pointer,
        parameter: None,
        header: None,
        question: None,
        code: code.to_owned(),
        detail: detail.to_owned(),
    }
}

/// The surface of this binary, made once from its own operations.
pub static SURFACE: LazyLock<Surface> = LazyLock::new(|| {
    let v30 = crate::spec::document();
    let v31 = document::to_3_1(&v30);
    Surface::new(v30, v31)
});
