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
}
