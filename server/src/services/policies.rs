//! What a company lets its keys do.

use app::backend::{Actor, Policies};
use async_trait::async_trait;
use serde_json::{Value, json};
use shared::{
    Error,
    company::{
        Ceilings, GatewayView, MAX_CALLS_PER_MINUTE, PoliciesView, SetCeilings, SetGatewayRules,
    },
    confirmation::ConfirmModes,
    error::{Field, FieldError, Problem},
    id::{CompanyId, UserId},
    key_rules::{KeyRules, MAX_DAYS, MAX_NETWORKS, SetKeyRules},
    notice::Notice,
    permission::{Permission, PermissionSet},
    role::Action,
};

use super::{Core, access, notices, principal::Rules, shortened_keys};
use crate::{
    domain::{
        guards::{Guards, MAX_NAMES, is_method_name, is_model_name},
        key_rules::{NotNetworks, parse_networks},
        odoo_domain::is_identifier,
        odoo_methods::{Verdict, judge},
    },
    error::{Fault, Outcome},
    store::{
        api_key_lists, api_keys,
        policies::{self, GatewayRules},
    },
};

/// The policies of companies, in the database.
#[derive(Debug, Clone)]
pub struct PoliciesService {
    core: Core,
}

impl PoliciesService {
    /// The service.
    #[must_use]
    pub const fn new(core: Core) -> Self {
        Self { core }
    }

    async fn show(&self, actor: Actor, company: CompanyId) -> Outcome<PoliciesView> {
        let db = self.core.db.reader();
        let me = access::membership(db, &actor, company).await?;
        access::allow(me.role, Action::ManagePolicies)?;
        let (ceilings, keys) = policies::about_keys(db, company).await?;
        let above =
            api_key_lists::count_above(db, company, ceilings, self.core.clock.now()).await?;
        let gateway = view(policies::gateway_rules(db, company).await?)?;
        let unaccepted = api_keys::list_unaccepted(db, company, self.core.clock.now()).await?;
        let unaccepted: i64 = unaccepted.iter().map(|of_one| of_one.keys).sum();
        Ok(PoliciesView {
            ceilings,
            keys_above_ceiling: u32::try_from(above).unwrap_or(u32::MAX),
            gateway,
            keys,
            keys_unaccepted: u32::try_from(unaccepted).unwrap_or(u32::MAX),
        })
    }

    async fn set_keys(&self, actor: Actor, input: SetKeyRules) -> Outcome<()> {
        let company = input.company;
        let transaction = self.core.db.begin().await?;
        // Keys are generated under the same lock: none slips in that lives longer.
        let me = access::locked_membership(&transaction, &actor, company).await?;
        access::allow(me.role, Action::ManagePolicies)?;
        let rules = parse_key_rules(input)?;
        let now = self.core.clock.now();
        let (_, before) = policies::about_keys(&transaction, company).await?;
        let mut detail = json!({ "keys": rules, "before": { "keys": before } });
        if let Some(days) = rules.longest_days {
            let shortened =
                shortened_keys::shorten(&self.core, &transaction, actor, company, days, now)
                    .await?;
            detail["shortened_keys"] = shortened.into();
        }
        // Their keys stop with this, and nobody else would tell them.
        if rules.must_accept && !before.must_accept {
            let by = notices::name_of(&transaction, actor.user).await?;
            for of_one in api_keys::list_unaccepted(&transaction, company, now).await? {
                let count = u32::try_from(of_one.keys).unwrap_or(u32::MAX);
                let notice = Notice::KeysWait { by: by.clone(), count };
                let user = UserId::from_uuid(of_one.user_id);
                notices::tell(&self.core, &transaction, user, Some(company), &notice).await?;
            }
        }
        policies::set_key_rules(&transaction, company, rules, now).await?;
        self.core.audit(&transaction, actor, company, "policy.changed", company, detail).await?;
        self.core.commit(transaction, company).await?;
        Ok(())
    }

    async fn set_rules(&self, actor: Actor, input: SetGatewayRules) -> Outcome<()> {
        let company = input.company;
        let transaction = self.core.db.begin().await?;
        let me = access::locked_membership(&transaction, &actor, company).await?;
        access::allow(me.role, Action::ManagePolicies)?;
        let rules = parse_rules(input)?;
        let before = view(policies::gateway_rules(&transaction, company).await?)?;
        let mut detail = told(&view(Some(rules.clone()))?);
        detail["before"] = told(&before);
        let now = self.core.clock.now();
        policies::set_gateway_rules(&transaction, company, rules, now).await?;
        self.core.audit(&transaction, actor, company, "policy.changed", company, detail).await?;
        self.core.commit(transaction, company).await?;
        Ok(())
    }

    async fn set(&self, actor: Actor, input: SetCeilings) -> Outcome<()> {
        let SetCeilings { company, owner, admin, member } = input;
        let transaction = self.core.db.begin().await?;
        // Keys are generated under the same lock: none slips in above a ceiling that is being lowered.
        let me = access::locked_membership(&transaction, &actor, company).await?;
        access::allow(me.role, Action::ManagePolicies)?;
        let ceilings =
            Ceilings { owner: parse(&owner)?, admin: parse(&admin)?, member: parse(&member)? };
        let mut detail = json!(ceilings);
        detail["before"] = json!(policies::ceilings(&transaction, company).await?);
        policies::set_ceilings(&transaction, company, ceilings, self.core.clock.now()).await?;
        self.core.audit(&transaction, actor, company, "policy.changed", company, detail).await?;
        self.core.commit(transaction, company).await?;
        Ok(())
    }
}

#[async_trait]
impl Policies for PoliciesService {
    async fn policies(&self, actor: Actor, company: CompanyId) -> Result<PoliciesView, Error> {
        self.show(actor, company).await.map_err(Fault::into_answer)
    }

    async fn set_ceilings(&self, actor: Actor, input: SetCeilings) -> Result<(), Error> {
        self.set(actor, input).await.map_err(Fault::into_answer)
    }

    async fn set_gateway(&self, actor: Actor, input: SetGatewayRules) -> Result<(), Error> {
        self.set_rules(actor, input).await.map_err(Fault::into_answer)
    }

    async fn set_key_rules(&self, actor: Actor, input: SetKeyRules) -> Result<(), Error> {
        self.set_keys(actor, input).await.map_err(Fault::into_answer)
    }
}

/// The rules in force: a company that has set none has the defaults.
fn view(rules: Option<GatewayRules>) -> Outcome<GatewayView> {
    let Some(rules) = rules else {
        let Rules { confirm, calls_per_minute, writes_per_minute, record_arguments, .. } =
            Rules::default();
        return Ok(GatewayView {
            confirm,
            calls_per_minute,
            writes_per_minute,
            record_arguments,
            open_models: Vec::new(),
            closed_models: Vec::new(),
            secret_fields: Vec::new(),
            open_methods: Vec::new(),
        });
    };
    let Guards { open_models, closed_models, secret_fields, open_methods } =
        Guards::from_json(&rules.guards).map_err(|error| Fault::Internal(error.to_string()))?;
    Ok(GatewayView {
        confirm: rules.confirm,
        calls_per_minute: rules.calls_per_minute.unsigned_abs(),
        writes_per_minute: rules.writes_per_minute.unsigned_abs(),
        record_arguments: rules.record_arguments,
        open_models,
        closed_models,
        secret_fields,
        open_methods,
    })
}

/// Rules as the audit keeps them.
fn told(rules: &GatewayView) -> Value {
    let GatewayView {
        confirm,
        calls_per_minute,
        writes_per_minute,
        record_arguments,
        open_models,
        closed_models,
        secret_fields,
        open_methods,
    } = rules;
    json!({
        "confirm": confirm,
        "calls_per_minute": calls_per_minute,
        "writes_per_minute": writes_per_minute,
        "record_arguments": record_arguments,
        "guards": {
            "open_models": open_models,
            "closed_models": closed_models,
            "secret_fields": secret_fields,
            "open_methods": open_methods,
        },
    })
}

/// Reads a form, and says what is wrong with every field of it.
fn parse_rules(input: SetGatewayRules) -> Result<GatewayRules, Error> {
    let SetGatewayRules {
        company: _,
        create,
        write,
        execute,
        workflow,
        calls_per_minute,
        writes_per_minute,
        record_arguments,
        open_models,
        closed_models,
        secret_fields,
        open_methods,
    } = input;
    let mut errors = Vec::new();
    let mut fail = |field, problem| errors.push(FieldError { field, problem });
    let confirm = ConfirmModes::parse(&create, &write, &execute, &workflow).ok();
    if confirm.is_none() {
        fail(Field::Confirmation, Problem::Unknown);
    }
    let range = Problem::OutOfRange { min: 1, max: MAX_CALLS_PER_MINUTE };
    let rate = |text: &str| {
        text.trim().parse::<u32>().ok().filter(|rate| (1..=MAX_CALLS_PER_MINUTE).contains(rate))
    };
    let rates = (rate(&calls_per_minute), rate(&writes_per_minute));
    if rates.0.is_none() {
        fail(Field::CallRate, range);
    }
    if rates.1.is_none() {
        fail(Field::WriteRate, range);
    }
    let mut names = |text: &str, field, problem, fits: fn(&str) -> bool| {
        let names = lines(text);
        if names.len() > MAX_NAMES {
            fail(field, Problem::TooManyLines { max: MAX_NAMES as u32 });
        } else if !names.iter().all(|name| fits(name)) {
            fail(field, problem);
        }
        names
    };
    let guards = Guards {
        open_models: names(&open_models, Field::OpenModels, Problem::NotAModel, is_model_name),
        closed_models: names(
            &closed_models,
            Field::ClosedModels,
            Problem::NotAModel,
            is_model_name,
        ),
        secret_fields: names(
            &secret_fields,
            Field::SecretFields,
            Problem::NotAField,
            is_identifier,
        ),
        open_methods: names(&open_methods, Field::OpenMethods, Problem::NotAMethod, can_open),
    };
    let (Some(confirm), (Some(calls), Some(writes))) = (confirm, rates) else {
        return Err(Error::Invalid(errors));
    };
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    Ok(GatewayRules {
        confirm,
        guards: guards.to_json(),
        calls_per_minute: i32::try_from(calls).unwrap_or(i32::MAX),
        writes_per_minute: i32::try_from(writes).unwrap_or(i32::MAX),
        record_arguments: record_arguments == "on",
    })
}

/// Reads a form about keys, and says what is wrong with every field of it.
fn parse_key_rules(input: SetKeyRules) -> Result<KeyRules, Error> {
    let SetKeyRules { company: _, longest_days, unused_days, addresses, makers, must_accept } =
        input;
    let mut errors = Vec::new();
    let mut fail = |field, problem| errors.push(FieldError { field, problem });
    let range = Problem::OutOfRange { min: 1, max: MAX_DAYS };
    let days = |text: &str| match text.trim() {
        "" => Ok(None),
        text => {
            text.parse().ok().filter(|days| (1..=MAX_DAYS).contains(days)).map(Some).ok_or(range)
        }
    };
    let longest = days(&longest_days).map_err(|problem| fail(Field::LongestLife, problem)).ok();
    let unused = days(&unused_days).map_err(|problem| fail(Field::UnusedDays, problem)).ok();
    let networks = parse_networks(&addresses)
        .map_err(|wrong| {
            let problem = match wrong {
                NotNetworks::Unreadable => Problem::NotANetwork,
                NotNetworks::TooMany => Problem::TooManyLines { max: MAX_NETWORKS },
            };
            fail(Field::Networks, problem);
        })
        .ok();
    let makers = makers.parse().map_err(|_| fail(Field::Makers, Problem::Unknown)).ok();
    match (longest, unused, networks, makers) {
        (Some(longest_days), Some(unused_days), Some(networks), Some(makers)) => Ok(KeyRules {
            longest_days,
            unused_days,
            addresses: networks.iter().map(ToString::to_string).collect(),
            makers,
            must_accept: must_accept == "on",
        }),
        _ => Err(Error::Invalid(errors)),
    }
}

/// The words of a text, each once.
fn lines(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in text.split(|c: char| c.is_whitespace() || c == ',').filter(|line| !line.is_empty())
    {
        if !lines.iter().any(|known| known == line) {
            lines.push(line.to_owned());
        }
    }
    lines
}

/// Whether the text names a method that opening would open: some stay closed whoever opens them.
fn can_open(text: &str) -> bool {
    let opened = Guards { open_methods: vec![text.to_owned()], ..Guards::default() };
    is_method_name(text)
        && text.rsplit_once('.').is_some_and(|(model, method)| {
            !matches!(judge(model, method, &opened, u32::MAX), Verdict::Closed(_))
        })
}

fn parse(names: &[String]) -> Result<PermissionSet, Error> {
    names
        .iter()
        .map(|name| name.parse::<Permission>())
        .collect::<Result<_, _>>()
        .map_err(|_| Error::field(Field::Permissions, Problem::Unknown))
}
