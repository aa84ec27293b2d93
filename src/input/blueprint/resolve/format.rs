//! What `!Format` makes of its arguments: Python's `%` on texts.

use std::fmt::Write as _;

use super::{Failed, Resolver};
use crate::input::blueprint::node::{Data, Key, Node};
use crate::model::Origin;

/// Characters that a width or a precision may ask for.
const WIDEST: usize = 10_000;

/// One conversion, such as `%-05.2f`.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "Python has five flags")]
struct Spec {
    left: bool,
    zero: bool,
    plus: bool,
    space: bool,
    sharp: bool,
    width: usize,
    precision: Option<usize>,
}

impl Resolver<'_, '_> {
    pub(super) fn format(&mut self, format: &Node, args: &[Node], at: Origin) -> Result<Node, Failed> {
        let args: Vec<Node> = args.iter().map(|arg| self.argument(arg)).collect::<Result<_, _>>()?;
        let Some(format) = format.as_text().cloned() else {
            return self.wrong(at, "the format of a `!Format` is a text");
        };
        let mut args = args.iter();
        let mut text = String::new();
        let mut rest = format.chars();
        while let Some(c) = rest.next() {
            if c != '%' {
                text.push(c);
                continue;
            }
            let mut spec = Spec::default();
            let conversion = loop {
                match rest.next() {
                    Some('-') => spec.left = true,
                    Some('0') if spec.width == 0 => spec.zero = true,
                    Some('+') => spec.plus = true,
                    Some(' ') => spec.space = true,
                    Some('#') => spec.sharp = true,
                    other => break other,
                }
            };
            let mut conversion = conversion;
            spec.width = match self.number(&mut conversion, &mut rest, &mut args, at)? {
                Some(width) if width < 0 => {
                    spec.left = true;
                    usize::try_from(-width).unwrap_or(WIDEST)
                }
                width => usize::try_from(width.unwrap_or(0)).unwrap_or(WIDEST),
            };
            if conversion == Some('.') {
                conversion = rest.next();
                let precision = self.number(&mut conversion, &mut rest, &mut args, at)?.unwrap_or(0);
                spec.precision = Some(usize::try_from(precision).unwrap_or(0));
            }
            while matches!(conversion, Some('h' | 'l' | 'L')) {
                conversion = rest.next();
            }
            if spec.width > WIDEST || spec.precision.is_some_and(|precision| precision > WIDEST) {
                return self
                    .wrong(at, format!("`!Format` is asked for more than {WIDEST} characters in one place"));
            }
            match conversion {
                None => return self.wrong(at, "the format ends in the middle of a `%`"),
                Some('%') => text.push('%'),
                Some('(') => return self.wrong(at, "`%(name)s` needs names, and `!Format` passes none"),
                Some(conversion) => {
                    let Some(arg) = args.next() else {
                        return self.wrong(at, "the format asks for more values than there are");
                    };
                    self.convert(conversion, &spec, arg, at, &mut text)?;
                }
            }
            self.burn(1 + text.len() as u64 / 4096)?;
        }
        if args.next().is_some() {
            return self.wrong(at, "there are more values than the format asks for");
        }
        self.burn(1 + text.len() as u64 / 16)?;
        Ok(Node::text(&text, at))
    }

    /// A width or a precision, written out or as `*`.
    fn number<'n>(
        &mut self,
        next: &mut Option<char>,
        rest: &mut std::str::Chars<'_>,
        args: &mut impl Iterator<Item = &'n Node>,
        at: Origin,
    ) -> Result<Option<i128>, Failed> {
        if *next == Some('*') {
            *next = rest.next();
            return match args.next().map(|arg| &arg.data) {
                Some(Data::Int(number)) => Ok(Some(*number)),
                _ => self.wrong(at, "`*` in a format takes an integer"),
            };
        }
        let mut number = None;
        while let Some(digit) = next.and_then(|c| c.to_digit(10)) {
            number = Some(number.unwrap_or(0i128).saturating_mul(10).saturating_add(digit.into()));
            *next = rest.next();
        }
        Ok(number)
    }

    fn convert(
        &mut self,
        conversion: char,
        spec: &Spec,
        arg: &Node,
        at: Origin,
        text: &mut String,
    ) -> Result<(), Failed> {
        if let Data::Missing(missing) = arg.data
            && self.matters
        {
            return self.tell(missing);
        }
        let (sign, body) = match conversion {
            's' | 'r' | 'a' => {
                let mut shown = String::new();
                self.show(arg, conversion != 's', at, &mut shown)?;
                if conversion == 'a' && !shown.is_ascii() {
                    return self.wrong(at, "`%a` of such a text is not done here");
                }
                if let Some(precision) = spec.precision {
                    shown = shown.chars().take(precision).collect();
                }
                pad(
                    &shown,
                    &Spec { zero: false, left: spec.left, width: spec.width, ..Spec::default() },
                    "",
                    text,
                );
                return Ok(());
            }
            'c' => {
                let one = match &arg.data {
                    Data::Int(code) => u32::try_from(*code).ok().and_then(char::from_u32).map(String::from),
                    Data::Text(text) if text.chars().count() == 1 => Some(text.to_string()),
                    _ => None,
                };
                let Some(one) = one else { return self.wrong(at, "`%c` takes one character") };
                pad(&one, &Spec { left: spec.left, width: spec.width, ..Spec::default() }, "", text);
                return Ok(());
            }
            'd' | 'i' | 'u' | 'x' | 'X' | 'o' => {
                let number = match arg.data {
                    Data::Int(number) => number,
                    Data::Bool(value) => value.into(),
                    Data::Float(number) if number.is_finite() && matches!(conversion, 'd' | 'i' | 'u') => {
                        whole(number)
                    }
                    _ => {
                        return self.wrong(
                            at,
                            format!("`%{conversion}` takes a number, and this is {}", arg.noun()),
                        );
                    }
                };
                let digits = number.unsigned_abs();
                let digits = match conversion {
                    'x' => format!("{digits:x}"),
                    'X' => format!("{digits:X}"),
                    'o' => format!("{digits:o}"),
                    _ => digits.to_string(),
                };
                let digits = format!("{digits:0>width$}", width = spec.precision.unwrap_or(0));
                let prefix = match (spec.sharp, conversion) {
                    (true, 'x') => "0x",
                    (true, 'X') => "0X",
                    (true, 'o') => "0o",
                    _ => "",
                };
                (format!("{}{prefix}", sign(number < 0, spec)), digits)
            }
            'f' | 'F' => {
                let number = match arg.data {
                    Data::Float(number) => number,
                    #[expect(clippy::cast_precision_loss, reason = "Python's float() rounds in the same way")]
                    Data::Int(number) => number as f64,
                    Data::Bool(value) => f64::from(u8::from(value)),
                    _ => {
                        return self.wrong(
                            at,
                            format!("`%{conversion}` takes a number, and this is {}", arg.noun()),
                        );
                    }
                };
                let digits = if number.is_finite() {
                    format!("{:.*}", spec.precision.unwrap_or(6), number.abs())
                } else {
                    float_text(number.abs())
                };
                (sign(number.is_sign_negative() && !number.is_nan(), spec), digits)
            }
            _ => return self.wrong(at, format!("`%{conversion}` is not read by this program")),
        };
        pad(&body, spec, &sign, text);
        Ok(())
    }

    /// Python's `str()`, or `repr()`.
    fn show(&mut self, node: &Node, quoted: bool, at: Origin, text: &mut String) -> Result<(), Failed> {
        self.burn(1)?;
        match &node.data {
            Data::Null | Data::Missing(_) => text.push_str("None"),
            Data::Bool(value) => text.push_str(if *value { "True" } else { "False" }),
            Data::Int(number) => _ = write!(text, "{number}"),
            Data::Float(number) => text.push_str(&float_text(*number)),
            Data::Text(inner) if quoted => quote(inner, text),
            Data::Text(inner) => text.push_str(inner),
            Data::Seq(items) => {
                text.push('[');
                for (index, item) in items.iter().enumerate() {
                    text.push_str(if index == 0 { "" } else { ", " });
                    self.show(item, true, at, text)?;
                }
                text.push(']');
            }
            Data::Map(map) => {
                text.push('{');
                for (index, (_, (key, value))) in map.iter().enumerate() {
                    text.push_str(if index == 0 { "" } else { ", " });
                    self.show(key, true, at, text)?;
                    text.push_str(": ");
                    self.show(value, true, at, text)?;
                }
                text.push('}');
            }
            Data::Row(key) if !quoted => self.show_key(*key, at, text)?,
            _ => {
                let noun = node.noun();
                return self.wrong(at, format!("the text of {noun} is not known here"));
            }
        }
        Ok(())
    }

    fn show_key(&mut self, key: Key, at: Origin, text: &mut String) -> Result<(), Failed> {
        let own = self.shared.store.row(key.row).filter(|row| !(key.pbm && row.model.family.has_own_key()));
        match own.and_then(|row| row.pk.clone()) {
            Some(pk) => {
                text.push_str(&pk);
                Ok(())
            }
            None => self.wrong(at, "authentik draws the key of this row; its text is not known here"),
        }
    }
}

fn sign(negative: bool, spec: &Spec) -> String {
    match (negative, spec.plus, spec.space) {
        (true, ..) => "-",
        (_, true, _) => "+",
        (_, _, true) => " ",
        _ => "",
    }
    .to_owned()
}

fn pad(body: &str, spec: &Spec, sign: &str, text: &mut String) {
    let fill = spec.width.saturating_sub(body.chars().count() + sign.chars().count());
    let (before, zeros, after) = match (spec.left, spec.zero) {
        (true, _) => (0, 0, fill),
        (false, true) => (0, fill, 0),
        (false, false) => (fill, 0, 0),
    };
    text.extend(std::iter::repeat_n(' ', before));
    text.push_str(sign);
    text.extend(std::iter::repeat_n('0', zeros));
    text.push_str(body);
    text.extend(std::iter::repeat_n(' ', after));
}

#[expect(clippy::cast_possible_truncation, reason = "saturates; nobody writes larger numbers")]
fn whole(number: f64) -> i128 {
    number.trunc() as i128
}

/// Python's `repr()` of a float.
fn float_text(number: f64) -> String {
    if number.is_nan() {
        return "nan".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    let size = number.abs();
    if size != 0.0 && !(1e-4..1e16).contains(&size) {
        // `1e+16` in Python, `1e16` here.
        let text = format!("{number:e}");
        return match text.split_once('e') {
            Some((digits, power)) => {
                let (sign, power) = power.strip_prefix('-').map_or(('+', power), |power| ('-', power));
                format!("{digits}e{sign}{power:0>2}")
            }
            None => text,
        };
    }
    format!("{number:?}")
}

/// Python's `repr()` of a text.
fn quote(inner: &str, text: &mut String) {
    let mark = if inner.contains('\'') && !inner.contains('"') { '"' } else { '\'' };
    text.push(mark);
    for c in inner.chars() {
        match c {
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            c if c == mark => {
                text.push('\\');
                text.push(c);
            }
            c => text.push(c),
        }
    }
    text.push(mark);
}
