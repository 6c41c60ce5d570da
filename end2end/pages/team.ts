import { type BrowserContext, type Locator, type Page, expect } from "@playwright/test";

import type { Aidoo } from "../support/servers";
import type { Who } from "../support/session";
import { visit, visitLive } from "../support/test";
import { Account } from "./account";

/** The Team page and its dialogs. */
export class Team {
  constructor(private readonly page: Page) {}

  /** A page on which `who` has signed in and opened it. */
  static async of(context: BrowserContext, server: Aidoo, who: Who): Promise<{ page: Page; team: Team }> {
    const page = await context.newPage();
    await new Account(page).signIn(server.env[`AIDOO_${who}_EMAIL`], server.env[`AIDOO_${who}_PASSWORD`]);
    const team = new Team(page);
    await team.open();
    return { page, team };
  }

  /** A page of somebody who is signed in, on which it hears news. */
  static async live(context: BrowserContext): Promise<{ page: Page; team: Team }> {
    const page = await context.newPage();
    await visitLive(page, "/team");
    return { page, team: new Team(page) };
  }

  open(): Promise<void> {
    return visit(this.page, "/team");
  }

  row(person: string): Locator {
    return this.page.getByRole("row").filter({ hasText: person });
  }

  /** The link beside a person that generates a key. */
  generating(person: string): Locator {
    return this.row(person).getByRole("link", { name: /Generate an API key/ });
  }

  /** How many keys a person has. */
  keys(person: string): Locator {
    return this.row(person).locator('[data-l="Keys"]');
  }

  /** Invites and gives the link, as it is shown once. */
  async invite(email: string, role: "Owner" | "Admin" | "Member"): Promise<string> {
    await this.page.getByRole("link", { name: "Invite" }).click();
    const dialog = this.page.getByRole("dialog");
    await dialog.getByLabel("E-mail").fill(email);
    await dialog.getByRole("radio", { name: role }).check();
    await dialog.getByRole("button", { name: "Make the link" }).click();
    const link = dialog.getByText(/\/invitation\//);
    await expect(link).toBeVisible();
    const text = (await link.textContent()) ?? "";
    await dialog.getByRole("button", { name: "I have copied it" }).click();
    await expect(dialog).toBeHidden();
    return text.trim();
  }

  async startGenerating(
    person: string,
    press: (link: Locator) => Promise<void> = (link) => link.click(),
  ): Promise<Generate> {
    await press(this.generating(person));
    return new Generate(this.page);
  }
}

/** The dialogs that generate a key and show it once. */
export class Generate {
  readonly dialog: Locator;

  constructor(private readonly page: Page) {
    this.dialog = page.getByRole("dialog");
  }

  permission(name: string): Locator {
    return this.dialog.getByRole("checkbox", { name: new RegExp(`^${name} `) });
  }

  /** One of the usual choices of permissions. */
  preset(name: string): Locator {
    return this.dialog.getByRole("group", { name: "Usual choices" }).getByRole("button", { name, exact: true });
  }

  /** The names of the permissions that are ticked, in their order. */
  ticked(): Promise<string[]> {
    const boxes = this.dialog.getByRole("checkbox", { checked: true });
    return boxes.evaluateAll((all) => all.map((box) => (box as HTMLInputElement).name));
  }

  /** The choices of when the key ends. */
  get expiry(): Locator {
    return this.dialog.getByRole("group", { name: "Expires" });
  }

  /** Creates the key with what is chosen and gives its text. */
  async create(name: string): Promise<string> {
    await this.dialog.getByLabel("Name", { exact: true }).fill(name);
    await this.dialog.getByRole("button", { name: "Create", exact: true }).click();
    const heading = this.dialog.getByRole("heading", { name: "Copy your key now" });
    await expect(heading).toBeVisible();
    const text = await this.dialog.getByText(/^aid_live_[0-9A-Za-z]{40}$/).textContent();
    return (text ?? "").trim();
  }

  /** Makes a link of what is chosen, by which its person has the key, and gives it. */
  async handOver(name: string): Promise<string> {
    await this.dialog.getByText("As a link", { exact: true }).click();
    await this.dialog.getByLabel("Name", { exact: true }).fill(name);
    await this.dialog.getByRole("button", { name: "Make the link" }).click();
    const shown = this.dialog.getByText(/\/pick-up\//);
    await expect(shown).toBeVisible();
    return ((await shown.textContent()) ?? "").trim();
  }

  async confirmCopied(): Promise<void> {
    await this.dialog.getByRole("button", { name: "I have copied it" }).click();
    await expect(this.dialog).toBeHidden();
  }
}
