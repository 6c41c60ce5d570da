//! Prompts: questions that people ask often, ready to be chosen in a client.

use rmcp::model::{GetPromptResult, Prompt, PromptMessage, Role};
use shared::permission::{Permission, PermissionSet};

struct Ready {
    name: &'static str,
    title: &'static str,
    description: &'static str,
    needs: &'static [Permission],
    text: &'static str,
}

const QUERY_READ: &[Permission] = &[Permission::Query, Permission::Read];
const REPORT: &[Permission] = &[Permission::Report];

static READY: [Ready; 4] = [
    Ready {
        name: "latest_purchase_orders",
        title: "Latest purchase orders",
        description: "The 5 latest purchase orders",
        needs: QUERY_READ,
        text: "Show my 5 latest purchase orders: use aidoo_query on purchase.order, ordered by date_order desc, \
               limit 5, with name, partner_id, date_order, amount_total and state. Answer with a short table.",
    },
    Ready {
        name: "overdue_invoices",
        title: "Overdue invoices",
        description: "Customer invoices that should have been paid by now",
        needs: QUERY_READ,
        text: "Which customer invoices are overdue? Use aidoo_query on account.move with the domain \
               [[\"move_type\", \"=\", \"out_invoice\"], [\"state\", \"=\", \"posted\"], [\"payment_state\", \"in\", [\"not_paid\", \"partial\"]], \
               [\"invoice_date_due\", \"<\", \"today\"]], ordered by invoice_date_due, with name, partner_id, invoice_date_due and \
               amount_residual. Answer with a table and the total that is open.",
    },
    Ready {
        name: "stock_below_minimum",
        title: "Stock below its minimum",
        description: "Products of which there is less than the reordering rule wants",
        needs: QUERY_READ,
        text: "Which products are below their minimum? Read the reordering rules with aidoo_query on \
               stock.warehouse.orderpoint (product_id, product_min_qty, product_max_qty); where there are none, look for \
               products whose type is not service with qty_available below 5 on product.product. Answer with a table of \
               product, quantity on hand and minimum.",
    },
    Ready {
        name: "sales_of_the_month",
        title: "Sales of the month",
        description: "Confirmed sales of this month, beside the last",
        needs: REPORT,
        text: "How are sales this month, compared with the last? Use aidoo_report with action figures on sale.order, the domain \
               [[\"state\", \"in\", [\"sale\", \"done\"]], [\"date_order\", \">=\", \"month-1m\"]], group_by [\"date_order:month\"] and measures \
               [\"amount_total:sum\"]. Answer with both figures and the difference in percent.",
    },
];

/// The prompts that a key with these permissions can carry out.
pub(super) fn list(permissions: PermissionSet) -> Vec<Prompt> {
    READY
        .iter()
        .filter(|ready| ready.is_allowed(permissions))
        .map(|ready| {
            let mut prompt = Prompt::new(ready.name, Some(ready.description), None);
            prompt.title = Some(ready.title.to_owned());
            prompt
        })
        .collect()
}

/// The prompt of this name, if the key can carry it out.
pub(super) fn get(name: &str, permissions: PermissionSet) -> Option<GetPromptResult> {
    let ready = READY.iter().find(|ready| ready.name == name && ready.is_allowed(permissions))?;
    let message = PromptMessage::new_text(Role::User, ready.text);
    Some(GetPromptResult::new(vec![message]).with_description(ready.description))
}

impl Ready {
    fn is_allowed(&self, permissions: PermissionSet) -> bool {
        self.needs.iter().all(|needed| permissions.contains(*needed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_sees_the_prompts_that_it_can_carry_out() {
        let names = |permissions| -> Vec<String> {
            list(permissions).into_iter().map(|prompt| prompt.name).collect()
        };
        assert_eq!(names(PermissionSet::ALL).len(), READY.len());
        assert_eq!(names(PermissionSet::from_iter([Permission::Report])), ["sales_of_the_month"]);
        assert!(get("overdue_invoices", PermissionSet::from_iter([Permission::Query])).is_none());
        assert!(get("nothing", PermissionSet::ALL).is_none());
    }
}
