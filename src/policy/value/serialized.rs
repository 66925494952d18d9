//! What serde writes of a struct as the engine's value, without JSON in between.

use regorus::Value;
use serde::{
    Serialize,
    ser::{
        SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
        SerializeTupleStruct, SerializeTupleVariant, Serializer,
    },
};
use std::{collections::BTreeMap, fmt};

/// The value that JSON of `told` would have; null for what JSON cannot tell.
pub fn from_serialize(told: &impl Serialize) -> Value {
    told.serialize(ValueSerializer).unwrap_or(Value::Null)
}

/// JSON has no such value.
#[derive(Debug)]
struct NoJson;

impl fmt::Display for NoJson {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("JSON has no such value")
    }
}

impl std::error::Error for NoJson {}

impl serde::ser::Error for NoJson {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

type Serialized = Result<Value, NoJson>;

#[derive(Clone, Copy)]
struct ValueSerializer;

impl Serializer for ValueSerializer {
    type Ok = Value;
    type Error = NoJson;
    type SerializeSeq = ValueList;
    type SerializeTuple = ValueList;
    type SerializeTupleStruct = ValueList;
    type SerializeTupleVariant = ValueList;
    type SerializeMap = ValueMap;
    type SerializeStruct = ValueMap;
    type SerializeStructVariant = ValueMap;

    fn serialize_bool(self, flag: bool) -> Serialized {
        Ok(Value::Bool(flag))
    }

    fn serialize_i8(self, number: i8) -> Serialized {
        self.serialize_i64(number.into())
    }

    fn serialize_i16(self, number: i16) -> Serialized {
        self.serialize_i64(number.into())
    }

    fn serialize_i32(self, number: i32) -> Serialized {
        self.serialize_i64(number.into())
    }

    fn serialize_i64(self, number: i64) -> Serialized {
        Ok(Value::from(number))
    }

    fn serialize_u8(self, number: u8) -> Serialized {
        self.serialize_u64(number.into())
    }

    fn serialize_u16(self, number: u16) -> Serialized {
        self.serialize_u64(number.into())
    }

    fn serialize_u32(self, number: u32) -> Serialized {
        self.serialize_u64(number.into())
    }

    fn serialize_u64(self, number: u64) -> Serialized {
        Ok(match i64::try_from(number) {
            Ok(number) => Value::from(number),
            Err(_) => Value::from(number),
        })
    }

    fn serialize_f32(self, number: f32) -> Serialized {
        self.serialize_f64(number.into())
    }

    fn serialize_f64(self, number: f64) -> Serialized {
        Ok(match number.is_finite() {
            true => Value::from(number),
            false => Value::Null,
        })
    }

    fn serialize_char(self, letter: char) -> Serialized {
        self.serialize_str(letter.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, text: &str) -> Serialized {
        Ok(Value::from(text))
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Serialized {
        let bytes = bytes.iter().map(|byte| Value::from(i64::from(*byte)));
        Ok(Value::from(bytes.collect::<Vec<_>>()))
    }

    fn serialize_none(self) -> Serialized {
        Ok(Value::Null)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Serialized {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Serialized {
        Ok(Value::Null)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Serialized {
        Ok(Value::Null)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Serialized {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Serialized {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Serialized {
        Ok(super::object([(variant, value.serialize(self)?)]))
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<ValueList, NoJson> {
        Ok(ValueList {
            variant: None,
            items: Vec::with_capacity(length.unwrap_or_default()),
        })
    }

    fn serialize_tuple(self, length: usize) -> Result<ValueList, NoJson> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_struct(self, _: &'static str, length: usize) -> Result<ValueList, NoJson> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<ValueList, NoJson> {
        Ok(ValueList {
            variant: Some(variant),
            ..self.serialize_seq(Some(length))?
        })
    }

    fn serialize_map(self, _: Option<usize>) -> Result<ValueMap, NoJson> {
        Ok(ValueMap::default())
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<ValueMap, NoJson> {
        Ok(ValueMap::default())
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<ValueMap, NoJson> {
        Ok(ValueMap {
            variant: Some(variant),
            ..ValueMap::default()
        })
    }
}

/// The value, under the name of its variant where it is one.
fn named(variant: Option<&'static str>, value: Value) -> Value {
    match variant {
        Some(variant) => super::object([(variant, value)]),
        None => value,
    }
}

struct ValueList {
    variant: Option<&'static str>,
    items: Vec<Value>,
}

impl ValueList {
    fn push(&mut self, value: &(impl Serialize + ?Sized)) -> Result<(), NoJson> {
        self.items.push(value.serialize(ValueSerializer)?);
        Ok(())
    }

    fn whole(self) -> Value {
        named(self.variant, Value::from(self.items))
    }
}

/// Serde has a trait for each shape of a list, all of them alike.
macro_rules! list {
    ($($shape:ident::$push:ident),*) => {$(
        impl $shape for ValueList {
            type Ok = Value;
            type Error = NoJson;

            fn $push<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NoJson> {
                self.push(value)
            }

            fn end(self) -> Serialized {
                Ok(self.whole())
            }
        }
    )*};
}

list!(
    SerializeSeq::serialize_element,
    SerializeTuple::serialize_element,
    SerializeTupleStruct::serialize_field,
    SerializeTupleVariant::serialize_field
);

#[derive(Default)]
struct ValueMap {
    variant: Option<&'static str>,
    key: Option<Value>,
    entries: BTreeMap<Value, Value>,
}

impl ValueMap {
    fn whole(self) -> Value {
        named(self.variant, Value::from(self.entries))
    }
}

impl SerializeMap for ValueMap {
    type Ok = Value;
    type Error = NoJson;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), NoJson> {
        self.key = Some(match key.serialize(ValueSerializer)? {
            name @ Value::String(_) => name,
            number @ Value::Number(_) => Value::from(number.to_string()),
            _ => return Err(NoJson),
        });
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NoJson> {
        let key = self.key.take().ok_or(NoJson)?;
        self.entries.insert(key, value.serialize(ValueSerializer)?);
        Ok(())
    }

    fn end(self) -> Serialized {
        Ok(self.whole())
    }
}

/// The same for structs.
macro_rules! fields {
    ($($shape:ident),*) => {$(
        impl $shape for ValueMap {
            type Ok = Value;
            type Error = NoJson;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                key: &'static str,
                value: &T,
            ) -> Result<(), NoJson> {
                let value = value.serialize(ValueSerializer)?;
                self.entries.insert(Value::from(key), value);
                Ok(())
            }

            fn end(self) -> Serialized {
                Ok(self.whole())
            }
        }
    )*};
}

fields!(SerializeStruct, SerializeStructVariant);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::from_json;
    use serde_json::json;

    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    enum Shape {
        Plain,
        One(u8),
        Two(i16, char),
        Named { left: f32, right: Option<bool> },
    }

    #[derive(Serialize)]
    struct Whole<'t> {
        #[serde(flatten)]
        more: BTreeMap<&'t str, u64>,
        shapes: Vec<Shape>,
        pair: (i64, f64),
        unit: (),
        json: serde_json::Value,
        numbers: BTreeMap<i32, &'t str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        nothing: Option<u8>,
    }

    #[test]
    fn a_value_is_what_its_json_is() {
        let whole = Whole {
            more: BTreeMap::from([("small", 3), ("large", u64::MAX)]),
            shapes: vec![
                Shape::Plain,
                Shape::One(1),
                Shape::Two(-2, 'é'),
                Shape::Named {
                    left: 0.5,
                    right: None,
                },
            ],
            pair: (i64::MIN, f64::NAN),
            unit: (),
            json: json!({"b": [1, 2.0, 1e300, "x"], "a": {"c": null}}),
            numbers: BTreeMap::from([(7, "seven")]),
            nothing: None,
        };
        let json = serde_json::to_value(&whole).expect("JSON");
        assert_eq!(from_serialize(&whole), from_json(&json));
        assert_eq!(
            from_serialize(&whole).to_string(),
            from_json(&json).to_string()
        );
    }
}
