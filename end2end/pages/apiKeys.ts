import { type Locator, type Page, expect } from "@playwright/test";

import { visit } from "../support/test";

/** The API keys page. */
export class ApiKeys {
  constructor(private readonly page: Page) {}

  open(query = ""): Promise<void> {
    return visit(this.page, `/api-keys${query}`);
  }

  row(name: string): Locator {
    return this.page.getByRole("row").filter({ hasText: name });
  }

  async revoke(name: string): Promise<void> {
    await this.row(name).getByRole("link", { name: `Revoke ${name}` }).click();
    const dialog = this.page.getByRole("dialog");
    await expect(dialog).toContainText(name);
    await expect(dialog).toContainText("final");
    await dialog.getByRole("button", { name: /^Revoke/ }).click();
    await expect(dialog).toBeHidden();
  }

  async revokeTicked(names: string[]): Promise<void> {
    for (const name of names) await this.page.getByRole("checkbox", { name: `Tick ${name}` }).check();
    await this.page.getByRole("button", { name: /^Revoke (\d+ key|ticked)/ }).click();
    const dialog = this.page.getByRole("dialog");
    for (const name of names) await expect(dialog).toContainText(name);
    await dialog.getByRole("button", { name: /^Revoke/ }).click();
    for (const name of names) await expect(this.row(name)).toContainText("Revoked");
  }

  /** The button of a row's menu. */
  more(row: string): Locator {
    return this.row(row).getByRole("button", { name: /^More for/ });
  }

  /** Chooses something from a row's menu. */
  async choose(row: string, what: string | RegExp): Promise<void> {
    await this.more(row).click();
    await this.row(row).getByRole("link", { name: what }).click();
  }

  /** Opens the key's own page by its link. */
  async openKey(name: string): Promise<void> {
    await this.row(name).getByRole("link", { name, exact: true }).click();
    await expect(this.page.getByRole("heading", { name, level: 1 })).toBeVisible();
  }

  /** Rotates the key whose dialog is open and gives the new key. */
  async rotate(grace: string): Promise<string> {
    const dialog = this.page.getByRole("dialog");
    await dialog.getByText(grace, { exact: true }).click();
    await dialog.getByRole("button", { name: "Rotate key" }).click();
    await expect(dialog.getByRole("heading", { name: "Copy your key now" })).toBeVisible();
    const text = await dialog.getByText(/^aid_live_[0-9A-Za-z]{40}$/).textContent();
    await dialog.getByRole("button", { name: "I have copied it" }).click();
    await expect(dialog).toBeHidden();
    return (text ?? "").trim();
  }

  /** The same for somebody else's key, by a link, which it gives. */
  async rotateByLink(grace: string): Promise<string> {
    const dialog = this.page.getByRole("dialog");
    await dialog.getByText(grace, { exact: true }).click();
    await dialog.getByText("As a link", { exact: true }).click();
    await dialog.getByRole("button", { name: "Rotate key" }).click();
    const link = dialog.getByText(/\/pick-up\//);
    await expect(link).toBeVisible();
    const text = await link.textContent();
    await dialog.getByRole("button", { name: "I have copied it" }).click();
    await expect(dialog).toBeHidden();
    return (text ?? "").trim();
  }
}
