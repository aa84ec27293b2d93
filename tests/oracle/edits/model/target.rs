//! New targets.

use super::*;

impl Model {
    pub(super) fn added(&mut self, edit: &Edit) -> Option<String> {
        Some(match edit {
            Edit::AddApplication(application, row, inner) => {
                let name = ["a", "t0b", "z"][*application].to_owned();
                if self.is_taken(&format!("app:{name}")) {
                    return None;
                }
                let slug = Some(name.clone());
                let at =
                    self.add(DraftDetails::Application { provider: None }, name.clone(), Mode::All, slug);
                let application = TargetReference::Here(at);
                let part =
                    self.add(DraftDetails::Entitlement { application }, "in".to_owned(), Mode::Any, None);
                let rows = [self.row(at, row), self.row(part, inner)];
                let [outer, inner] = rows.each_ref().map(Self::text);
                self.draft.bindings.extend(rows);
                format!("add application {name} all {{ {outer} entitlement \"in\" {{ {inner} }} }}")
            }
            Edit::AddEntitlement(entitlement, owner, row) => {
                let owner = self.one(*owner, |row| matches!(row, DraftDetails::Application { .. }))?;
                let name = ["a", "t2b", "z"][*entitlement].to_owned();
                let address = format!("entitlement:{}/{name}", self.draft.targets[owner].name);
                if self.is_taken(&address) {
                    return None;
                }
                let application = TargetReference::Here(owner);
                let at = self.add(DraftDetails::Entitlement { application }, name.clone(), Mode::Any, None);
                let row = self.row(at, row);
                let text = Self::text(&row);
                self.draft.bindings.push(row);
                format!("add entitlement {name} to {} {{ {text} }}", self.address(owner))
            }
            Edit::AddStage(order, owner, row) => {
                let owner = self.one(*owner, |row| matches!(row, DraftDetails::Flow { .. }))?;
                let mut text = String::new();
                if !self.draft.stages.iter().any(|row| row.name == "more") {
                    let row = Stage {
                        pk: None,
                        name: "more".to_owned(),
                        model: String::new(),
                        origin: Origin::None,
                    };
                    self.draft.stages.push(row);
                    text += "add stage more ";
                }
                let order = *order;
                let address = format!("stage:{}/more@{order}", self.draft.targets[owner].name);
                if self.is_taken(&address) {
                    return (!text.is_empty()).then_some(text);
                }
                let details = DraftDetails::StageBinding {
                    flow: TargetReference::Here(owner),
                    stage: reference("more"),
                    order,
                    evaluate_on_plan: true,
                    re_evaluate_policies: true,
                };
                let at = self.add(details, String::new(), Mode::All, None);
                let row = self.row(at, row);
                let binding = Self::text(&row);
                self.draft.bindings.push(row);
                text + &format!(
                    "add stage more at {order} to {} all {{ evaluate_on_plan: true {binding} }}",
                    self.address(owner)
                )
            }
            Edit::AddEndpoint(endpoint, provider) => {
                let name = ["a", "t7b", "z"][*endpoint].to_owned();
                if self.is_taken(&format!("endpoint:{name}")) {
                    return None;
                }
                let mut text = String::new();
                if self.draft.providers.is_empty() {
                    let model = "authentik_providers_rac.racprovider".to_owned();
                    self.draft.providers.push(Provider {
                        pk: None,
                        name: "new".to_owned(),
                        model,
                        origin: Origin::None,
                    });
                    text += "add provider new rac ";
                }
                let provider = provider.get(&self.draft.providers).name.clone();
                let details = DraftDetails::RacEndpoint { provider: Some(reference(&provider)) };
                self.add(details, name.clone(), Mode::Any, None);
                text + &format!("add endpoint {name} {{ provider: {provider} }}")
            }
            Edit::AddDevices(devices) => {
                let name = ["a", "t8b", "z"][*devices].to_owned();
                if self.is_taken(&format!("devices:{name}")) {
                    return None;
                }
                self.add(DraftDetails::DeviceAccessGroup, name.clone(), Mode::Any, None);
                format!("add devices {name}")
            }
            _ => return None,
        })
    }
}
