//! Random policies: statements over a few names that may be unbound, values that change under two names, and whatever
//! raises. What `grow.py` grows is recorded; these are asked live.

use proptest::prelude::*;
use proptest::sample::select;

type Code = BoxedStrategy<String>;

fn one(texts: &'static [&'static str]) -> Code {
    select(texts).prop_map(str::to_owned).boxed()
}

/// Fills the gaps of a text: `#` is one of `parts`, in turn.
fn fill(text: String, parts: Vec<Code>) -> Code {
    parts
        .prop_map(move |parts| {
            let mut parts = parts.into_iter();
            let pieces = text.split('#').map(str::to_owned);
            pieces.reduce(|all, next| all + &parts.next().unwrap_or_default() + &next).unwrap_or_default()
        })
        .boxed()
}

/// Expressions of every kind of value, so deep.
struct Sorts {
    text: Code,
    number: Code,
    list: Code,
    dict: Code,
    truth: Code,
}

fn leaves() -> Sorts {
    Sorts {
        text: one(&[
            "b",
            "b",
            "request.user.username",
            "request.user.email",
            "request.user.name",
            "request.user.type",
            "''",
            "'a'",
            "'@'",
            "'staff'",
            "'ß'",
            "'an'",
            "request.user.attributes.get('department', 'x')",
            "xs[0]",
        ]),
        number: one(&[
            "a",
            "a",
            "0",
            "1",
            "2",
            "-1",
            "1.5",
            "True",
            "request.user.pk",
            "len(xs)",
            "request.user.all_groups().count()",
            "request.user.attributes.get('level', 1)",
            "len(d)",
        ]),
        list: one(&[
            "xs",
            "xs",
            "ys",
            "ys",
            "[]",
            "['a', 'b', 'a']",
            "[g.name for g in request.user.groups.all()]",
            "request.user.attributes.get('roles', [])",
            "list(request.user.attributes)",
            "('a', 'c')",
        ]),
        dict: one(&["d", "d", "d", "{}", "{'k': 1}", "request.user.attributes", "{'k': xs, 'l': ys}"]),
        truth: one(&[
            "request.user.is_active",
            "request.user.is_superuser",
            "ak_is_group_member(request.user, name='staff')",
            "request.user.groups.filter(name='admins').exists()",
            "'level' in request.user.attributes",
            "xs",
            "d",
            "a",
        ]),
    }
}

const TEXTS: [&str; 26] = [
    "(‹t› + ‹t›)",
    "‹t›.lower()",
    "‹t›.upper()",
    "‹t›.strip(‹t›)",
    "‹t›[1:]",
    "‹t›[::-1]",
    "str(‹v›)",
    "','.join(sorted(‹l›))",
    "(‹t› if ‹b› else ‹t›)",
    "(‹t› or ‹t›)",
    "‹t›.replace(‹t›, ‹t›)",
    "‹l›[‹n›]",
    "‹l›.pop()",
    "min(‹l›)",
    "max(‹t›, ‹t›)",
    "‹d›.get('k', ‹t›)",
    "(‹t› * ‹n›)",
    "(b := ‹t›)",
    "next(iter(‹l›), ‹t›)",
    "(lambda v, w=‹t›: v + w)(‹t›)",
    "sorted(‹l›, key=len)[0]",
    "ys.pop(0)",
    "f'{b}-{a}'",
    "f'{b!r:>4}'",
    "f()",
    "'%s:%s' % (‹v›, ‹n›)",
];

const NUMBERS: [&str; 23] = [
    "(‹n› + ‹n›)",
    "(‹n› * ‹n›)",
    "(‹n› - ‹n›)",
    "(‹n› % ‹n›)",
    "(‹n› // ‹n›)",
    "len(‹t›)",
    "len(‹l›)",
    "‹t›.count(‹t›)",
    "‹l›.count(‹t›)",
    "‹l›.index(‹t›)",
    "(‹n› if ‹b› else ‹n›)",
    "(‹n› and ‹n›)",
    "sum(1 for v in ‹l› if v == ‹t›)",
    "sum([len(v) for v in ‹l›])",
    "abs(‹n›)",
    "min(‹n›, ‹n›)",
    "‹t›.find(‹t›)",
    "int(‹b› is True)",
    "‹d›.setdefault('n', ‹n›)",
    "(a := ‹n›)",
    "round(‹n›)",
    "max((len(v) for v in ‹l›), default=‹n›)",
    "d.pop('k', ‹n›)",
];

const LISTS: [&str; 25] = [
    "(‹l› + ‹l›)",
    "[‹t›, ‹t›]",
    "sorted(‹l›)",
    "sorted(set(‹l›))",
    "‹t›.split()",
    "list(‹l›)",
    "‹l›[1:]",
    "‹l›[::-1]",
    "[v for v in ‹l› if v != ‹t›]",
    "[v + ‹t› for v in ‹l›]",
    "list(‹t›)",
    "[v for v in ‹l› for w in ‹l› if v == w]",
    "list(reversed(‹l›))",
    "[v for v, w in zip(‹l›, ‹l›)]",
    "[str(v) for v, w in enumerate(‹l›)]",
    "(‹l› or ‹l›)",
    "[(b := v) for v in ‹l›]",
    "sorted(‹d›)",
    "[k for k, v in ‹d›.items() if v]",
    "list(filter(None, ‹l›))",
    "list(map(str, ‹l›))",
    "ys.copy()",
    "[*‹l›, *‹l›]",
    "list(v for v in ‹l›)",
    "sorted(‹l›, reverse=‹b›)",
];

const DICTS: [&str; 10] = [
    "{'k': ‹v›, ‹t›: ‹v›}",
    "{v: ‹v› for v in ‹l›}",
    "{**‹d›, 'l': ‹v›}",
    "dict(‹d›)",
    "(‹d› | ‹d›)",
    "(‹d› or ‹d›)",
    "dict(k=‹v›)",
    "dict(zip(‹l›, ‹l›))",
    "‹d›.copy()",
    "dict.fromkeys(‹l›, ‹n›)",
];

const TRUTHS: [&str; 27] = [
    "(‹b› and ‹b›)",
    "(‹b› or ‹b›)",
    "(not ‹b›)",
    "(‹t› == ‹t›)",
    "(‹t› != ‹t›)",
    "(‹t› in ‹t›)",
    "(‹t› in ‹l›)",
    "(‹t› not in ‹d›)",
    "(‹n› < ‹n›)",
    "(‹n› == ‹n› <= ‹n›)",
    "(‹t› < ‹t›)",
    "(‹l› == ‹l›)",
    "(‹v› is None)",
    "(‹v› == ‹v›)",
    "any(v == ‹t› for v in ‹l›)",
    "all(‹b› for v in ‹l›)",
    "‹t›.startswith(‹t›)",
    "‹t›.endswith((‹t›, ‹t›))",
    "‹t›.isalpha()",
    "isinstance(‹v›, (str, list))",
    "(‹d› == ‹d›)",
    "bool(‹v›)",
    "set(‹l›) <= set(‹l›)",
    "any([‹b› for v in ‹l›])",
    "(‹l› < ‹l›)",
    "(xs is ys)",
    "set(‹l›).isdisjoint(‹l›)",
];

impl Sorts {
    /// Most of the time what belongs there, and sometimes something else.
    fn any(&self) -> Code {
        prop_oneof![
            3 => self.text.clone(), 3 => self.number.clone(), 2 => self.list.clone(), 1 => self.dict.clone(),
            1 => self.truth.clone(), 1 => one(&["None", "e", "set(xs)"]),
        ]
        .boxed()
    }

    /// `t`, `n`, `l`, `d`, `b` and `v` in braces stand for one of each sort, or of any.
    fn of(&self, text: &'static str) -> Code {
        let parts = text.match_indices('‹').filter_map(|(at, open)| text[at + open.len()..].chars().next());
        let part = |sort| match sort {
            't' => self.text.clone(),
            'n' => self.number.clone(),
            'l' => self.list.clone(),
            'd' => self.dict.clone(),
            'b' => self.truth.clone(),
            _ => self.any(),
        };
        let parts: Vec<Code> = parts.map(part).collect();
        let mut shape = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('‹') {
            shape += before;
            shape.push('#');
            rest = after.split_once('›').map_or("", |(_, after)| after);
        }
        shape += rest;
        fill(shape, parts)
    }

    fn some(&self, texts: &[&'static str], leaf: &Code) -> Code {
        let grown = texts.iter().map(|text| self.of(text)).collect::<Vec<_>>();
        prop_oneof![1 => leaf.clone(), 3 => proptest::strategy::Union::new(grown)].boxed()
    }

    fn deeper(&self) -> Self {
        let leaves = leaves();
        Self {
            text: self.some(&TEXTS, &leaves.text),
            number: self.some(&NUMBERS, &leaves.number),
            list: self.some(&LISTS, &leaves.list),
            dict: self.some(&DICTS, &leaves.dict),
            truth: self.some(&TRUTHS, &leaves.truth),
        }
    }
}

/// Lines with no further ones inside.
fn simple() -> Code {
    let sorts = leaves().deeper().deeper();
    let lines = [
        "a = ‹n›",
        "b = ‹t›",
        "xs = ‹l›",
        "ys = ‹l›",
        "d = ‹d›",
        "a = b = ‹v›",
        "xs = ys = ‹l›",
        "a += ‹n›",
        "b += ‹t›",
        "xs += ‹l›",
        "a, b = ‹n›, ‹t›",
        "b, *xs = ‹l›",
        "a, b = b, a",
        "xs[‹n›] = ‹t›",
        "d[‹t›] = ‹v›",
        "xs.append(‹t›)",
        "ys.insert(‹n›, ‹t›)",
        "d.update(‹d›)",
        "del xs[‹n›]",
        "del d['k']",
        "del a",
        "assert ‹b›",
        "raise KeyError(‹t›)",
        "raise ValueError",
        "return ‹b›",
        "return ‹v›",
        "pass",
        "xs = ys",
        "ys = list(xs)",
        "xs.sort()",
        "xs.reverse()",
        "d['k'] = xs",
        "xs.extend(‹l›)",
        "xs.remove(‹t›)",
        "xs[1:] = ‹l›",
        "d.clear()",
        "b = f()",
    ];
    proptest::strategy::Union::new(lines.map(|line| sorts.of(line))).boxed()
}

fn indented(block: &str) -> String {
    block.lines().flat_map(|line| ["    ", line, "\n"]).collect()
}

fn block(depth: u32) -> Code {
    let line =
        if depth == 0 { simple() } else { prop_oneof![3 => simple(), 2 => compound(depth - 1)].boxed() };
    prop::collection::vec(line, 1..3).prop_map(|lines| lines.join("\n")).boxed()
}

fn compound(depth: u32) -> Code {
    let sorts = leaves().deeper();
    let b = block(depth).prop_map(|block| indented(&block)).boxed();
    let lines = [
        "if ‹b›:\n■",
        "if ‹b›:\n■else:\n■",
        "if ‹b›:\n■elif ‹b›:\n■else:\n■",
        "for b in ‹l›:\n■",
        "for a, b in enumerate(‹l›):\n■",
        "for b in ‹l›:\n    if ‹b›:\n        break\n■else:\n■",
        "for b in ‹l›:\n    if ‹b›:\n        continue\n■",
        "for b in d:\n■",
        "for b, a in d.items():\n■",
        "try:\n■except KeyError:\n■",
        "try:\n■except (TypeError, ValueError):\n■",
        "try:\n■except Exception as e:\n■",
        "try:\n■except LookupError:\n■else:\n■finally:\n■",
        "try:\n■finally:\n■",
        "def f(a=‹v›):\n■",
        "def f(*v, b=‹t›):\n■",
        "while xs:\n    b = xs.pop()\n■",
        "with_ = ‹v›\nif with_:\n■",
        "match ‹l›:\n    case [b, *xs]:\n        a = ‹n›\n    case _:\n        b = ‹t›",
        "match ‹v›:\n    case str(b):\n        a = ‹n›\n    case 0 | 1 | None:\n        b = ‹t›\n    case {'k': a, **d}:\n        pass",
        "match ‹t›:\n    case 'a' | 'staff' as b if ‹b›:\n        a = 1\n    case b:\n        a = 2",
    ];
    let fill_blocks = |line: &'static str| {
        let pieces: Vec<&'static str> = line.split('■').collect();
        let grown: Vec<Code> = pieces.iter().map(|piece| sorts.of(piece)).collect();
        let blocks = vec![b.clone(); pieces.len() - 1];
        (grown, blocks).prop_map(|(pieces, blocks)| {
            let mut blocks = blocks.into_iter();
            pieces.into_iter().map(|piece| piece + &blocks.next().unwrap_or_default()).collect::<String>()
        })
    };
    proptest::strategy::Union::new(lines.map(fill_blocks)).boxed()
}

/// A policy.
pub(crate) fn program() -> Code {
    let sorts = leaves().deeper().deeper();
    let start = "a = 2\nb = 'ab'\nxs = ['a', 'c', 'b']\nys = ['an', 'staff', 'a']\nd = {'k': 1, 'z': ''}\n\
                 def f(v='a'):\n    return v + b\nys = ‹l›\n";
    (sorts.of(start), block(2), sorts.truth)
        .prop_map(|(start, block, end)| format!("{start}{block}\nreturn {end}"))
        .boxed()
}
