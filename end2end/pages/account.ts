import { type Locator, type Page, expect } from "@playwright/test";

import { hydrated, visit } from "../support/test";

/** A person of a test. */
export interface Person {
  name: string;
  email: string;
  password: string;
}

/** The pages of somebody who is not signed in yet. */
export class Account {
  constructor(private readonly page: Page) {}

  async signUp(person: Person, company: string): Promise<void> {
    await visit(this.page, "/sign-up");
    await this.page.getByLabel("Your name").fill(person.name);
    await this.page.getByLabel("Company").fill(company);
    await this.page.getByLabel("E-mail").fill(person.email);
    await this.page.getByLabel("Password", { exact: true }).fill(person.password);
    await this.page.getByRole("button", { name: "Create the company" }).click();
    await expect(this.page).toHaveURL(/\/odoo$/);
    await hydrated(this.page);
  }

  async signIn(email: string, password: string): Promise<void> {
    await this.page.goto("/sign-in");
    await this.page.getByLabel("E-mail").fill(email);
    await this.page.getByLabel("Password", { exact: true }).fill(password);
    await this.page.getByRole("button", { name: "Sign in" }).click();
    await expect(this.page).not.toHaveURL(/sign-in/);
  }

  /** Opens the menu that has *Sign out* in it, where it is not on the page anyhow. */
  async openMenu(open: (button: Locator) => Promise<void> = (button) => button.click()): Promise<void> {
    const out = this.page.getByRole("button", { name: "Sign out", exact: true });
    if (await out.isVisible()) return;
    const menu = this.page.locator("[popover]").filter({ has: this.page.locator("button", { hasText: "Sign out" }) }).last();
    await open(this.page.locator(`[popovertarget="${await menu.getAttribute("id")}"]:visible`));
  }

  async signOut(): Promise<void> {
    await this.openMenu();
    await this.page.getByRole("button", { name: "Sign out", exact: true }).click();
    await expect(this.page).toHaveURL(/\/sign-in/);
  }

  async acceptInvitation(link: string, person: Person): Promise<void> {
    await visit(this.page, link);
    await this.page.getByLabel("Your name").fill(person.name);
    await this.page.getByLabel("Choose a password", { exact: true }).fill(person.password);
    await this.page.getByRole("button", { name: /^Join/ }).click();
    await expect(this.page).toHaveURL(/\/odoo$/);
    await hydrated(this.page);
  }
}
