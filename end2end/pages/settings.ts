import { type Locator, type Page, expect } from "@playwright/test";

import { hydrated, visit } from "../support/test";

/** The Settings page. */
export class Settings {
  constructor(private readonly page: Page) {}

  open(): Promise<void> {
    return visit(this.page, "/settings");
  }

  section(heading: string): Locator {
    return this.page.getByRole("region", { name: heading });
  }

  device(words: string | RegExp): Locator {
    return this.page.getByRole("row").filter({ hasText: words });
  }

  async saveProfile(name: string, zone: string): Promise<void> {
    await this.section("Profile").getByLabel("Your name").fill(name);
    await this.section("Profile").getByLabel("Time zone").selectOption(zone);
    await this.section("Profile").getByRole("button", { name: "Save the profile" }).click();
  }

  async changePassword(current: string, password: string): Promise<void> {
    const section = this.section("Password");
    await section.getByLabel("Current password").fill(current);
    await section.getByLabel("New password").fill(password);
    await section.getByRole("button", { name: "Change the password" }).click();
  }

  async deleteCompany(name: string): Promise<void> {
    const section = this.section("Company");
    await section.getByText("Delete the company").first().click();
    await section.getByLabel("To confirm, type").fill(name);
    await section.getByRole("button", { name: "Delete the company" }).click();
  }

  /** The company is deleted, and the page has been loaded anew: the news tells the one before of it too. */
  async isDeleted(): Promise<void> {
    await expect(this.section("Company").getByText("Delete the company")).toHaveCount(0);
    await hydrated(this.page);
    await expect(this.page.getByText("This company will be deleted")).toBeVisible();
  }

  /** Opens the dialog that asks whether they really leave. */
  async startLeaving(): Promise<Locator> {
    await this.section("Company").getByRole("link", { name: "Leave the company" }).click();
    return this.page.getByRole("dialog", { name: /^Leave .+\?$/ });
  }

  /** What the page says was done. */
  async says(text: string | RegExp): Promise<void> {
    await expect(this.page.getByRole("status").filter({ hasText: text })).toBeVisible();
    await hydrated(this.page);
  }
}
