//! What there is to ask for.

/// Something that code asks for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fact {
    /// A field of the user.
    UserField(String),
    /// An attribute of the user: its keys, with dots between.
    Attribute(String),
    /// The same after those of the groups were merged in.
    MergedAttribute(String),
    /// The groups of the user, as a whole.
    Groups,
    /// Whether the user is in the group of this name.
    Group(String),
    /// How another policy ends.
    Policy(String),
    /// A key of the context of the request.
    Context(String),
    /// A part of the request.
    Request(String),
    /// The time.
    Clock,
    /// Something from outside: other servers, the database, the machine.
    Outside(String),
    /// A name that nothing defines.
    Undefined(String),
    /// Something of Python that is not looked into.
    Unsupported(String),
}

impl Fact {
    /// The kind, in data formats.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::UserField(_) => "user_field",
            Self::Attribute(_) => "attribute",
            Self::MergedAttribute(_) => "merged_attribute",
            Self::Groups => "groups",
            Self::Group(_) => "group",
            Self::Policy(_) => "policy",
            Self::Context(_) => "context",
            Self::Request(_) => "request",
            Self::Clock => "clock",
            Self::Outside(_) => "outside",
            Self::Undefined(_) => "undefined",
            Self::Unsupported(_) => "unsupported",
        }
    }

    /// What exactly; empty where the kind says all.
    pub fn name(&self) -> &str {
        match self {
            Self::Groups | Self::Clock => "",
            Self::UserField(name)
            | Self::Attribute(name)
            | Self::MergedAttribute(name)
            | Self::Group(name)
            | Self::Policy(name)
            | Self::Context(name)
            | Self::Request(name)
            | Self::Outside(name)
            | Self::Undefined(name)
            | Self::Unsupported(name) => name,
        }
    }

    /// The same in words.
    pub fn describe(&self) -> String {
        match self {
            Self::UserField(name) => match name.as_str() {
                "email" => "reads the e-mail address of the user".to_owned(),
                "username" | "name" | "path" | "type" | "attributes" => {
                    format!("reads the {name} of the user")
                }
                "is_superuser" => "asks whether the user is a superuser".to_owned(),
                "is_active" => "asks whether the user is active".to_owned(),
                name => format!("reads `{name}` of the user"),
            },
            Self::Attribute(path) => format!("reads the attribute `{path}` of the user"),
            Self::MergedAttribute(path) if path.is_empty() => {
                "reads the attributes of the user and its groups".into()
            }
            Self::MergedAttribute(path) => format!("reads the attribute `{path}` of the user and its groups"),
            Self::Groups => "reads the groups of the user".to_owned(),
            Self::Group(name) => format!("reads the groups of the user: member of `{name}`"),
            Self::Policy(name) => format!("calls the policy `{name}`"),
            Self::Context(key) if key.is_empty() => "reads the context of the request".to_owned(),
            Self::Context(key) => format!("reads `{key}` of the context of the request"),
            Self::Request(part) => match part.as_str() {
                "client_ip" => "reads the address of the client".to_owned(),
                "http_request" => "reads the HTTP request".to_owned(),
                "sso_flow" => "asks how the flow began".to_owned(),
                "obj" => "reads what access is asked for".to_owned(),
                part => format!("reads `{part}` of the request"),
            },
            Self::Clock => "reads the time".to_owned(),
            Self::Outside(name) => format!("asks something outside: `{name}`"),
            Self::Undefined(name) => format!("nothing defines `{name}`"),
            Self::Unsupported(reason) => format!("is not looked into: {reason}"),
        }
    }
}
