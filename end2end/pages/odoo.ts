import { type Page, expect } from "@playwright/test";

import { visit } from "../support/test";

/** The Odoo connection page. */
export class Odoo {
  constructor(private readonly page: Page) {}

  open(): Promise<void> {
    return visit(this.page, "/odoo");
  }

  async connect(url: string, database: string): Promise<void> {
    await this.page.getByLabel("Address").fill(url);
    await this.page.getByLabel("Database").fill(database);
    await this.page.getByRole("button", { name: "Test and save" }).click();
    await expect(this.page.getByText(/JSON-2/).first()).toBeVisible();
  }

  async link(login: string, secret: string): Promise<void> {
    await this.page.getByLabel("Login in Odoo").fill(login);
    await this.page.getByLabel("Odoo API key").fill(secret);
    await this.page.getByRole("button", { name: /^Link/ }).click();
    await expect(this.page.getByRole("button", { name: "Unlink" })).toBeVisible();
  }
}
