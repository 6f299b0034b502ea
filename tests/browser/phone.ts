import { type Browser, type BrowserContext, type Locator, type Page, expect } from '@playwright/test';
import { picture } from './album';
import { Mast } from './mast';
import type { System } from './system';

/** A phone: 360×740, touch, its own storage. */
export class Phone {
  readonly context: BrowserContext;
  readonly mast: Mast;
  /** Where it finds the app. */
  readonly url: string;
  page: Page;

  private constructor(context: BrowserContext, page: Page, mast: Mast, url: string) {
    this.context = context;
    this.page = page;
    this.mast = mast;
    this.url = url;
  }

  /** The mast may stand at the far end of something; then the phone finds it at the near end. */
  static async start(browser: Browser, system: System, near?: { mast: Mast; url: string }): Promise<Phone> {
    const mast = near?.mast ?? (await Mast.before(system.url));
    const url = near?.url ?? mast.url;
    const context = await browser.newContext({
      viewport: { width: 360, height: 740 },
      deviceScaleFactor: 2,
      hasTouch: true,
      isMobile: true,
      locale: 'vi-VN',
      timezoneId: 'Asia/Ho_Chi_Minh',
    });
    await context.grantPermissions(['background-sync'], { origin: url });
    return new Phone(context, await context.newPage(), mast, url);
  }

  async enrol(code: string, name: string): Promise<void> {
    await this.page.goto(`${this.url}/enrol`);
    await this.page.getByLabel('Mã 8 ký tự').fill(code);
    await this.page.getByLabel('Gọi máy này là gì?').fill(name);
    await this.page.getByRole('button', { name: 'Bắt đầu dùng' }).click();
    await expect(this.page.getByRole('heading', { name: 'Hôm nay' })).toBeVisible();
    await this.#readyOffline();
  }

  /** Takes over everything that another phone keeps, as a backup that is restored on a new telephone does. */
  async become(other: Phone): Promise<void> {
    const kept = await other.page.evaluate(async () => {
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const request = indexedDB.open('replica');
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error ?? new Error('no database'));
      });
      const store = database.transaction('values').objectStore('values');
      const whole = <T>(request: IDBRequest<T>) =>
        new Promise<T>((resolve, reject) => {
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error ?? new Error('not read'));
        });
      const [keys, values] = await Promise.all([whole(store.getAllKeys()), whole(store.getAll())]);
      database.close();
      return keys.map((key, at) => ({ key: String(key), bytes: [...(values[at] as Uint8Array)] }));
    });
    await this.open('/enrol');
    await expect(this.page.getByRole('heading', { level: 1 })).toBeVisible();
    await this.page.evaluate(async (kept) => {
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const request = indexedDB.open('replica');
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error ?? new Error('no database'));
      });
      const transaction = database.transaction('values', 'readwrite');
      for (const { key, bytes } of kept) transaction.objectStore('values').put(new Uint8Array(bytes), key);
      await new Promise((resolve) => (transaction.oncomplete = resolve));
      database.close();
    }, kept);
    await this.open('/');
    await expect(this.page.getByRole('heading', { name: 'Hôm nay' })).toBeVisible();
  }

  /** Waits until the service worker has everything it needs to open the app without a network: the first visit is over. */
  async #readyOffline(): Promise<void> {
    await this.page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  }

  async open(path: string): Promise<void> {
    await this.page.goto(this.url + path);
  }

  /** Closes the app, and waits until nothing of it runs any more: a worker outlives its page for a moment. */
  async close(): Promise<void> {
    const page = `${this.url}/`;
    await this.page.close();
    const browser = this.context.browser();
    if (!browser) throw new Error('the phone has no browser');
    const session = await browser.newBrowserCDPSession();
    await expect
      .poll(async () => {
        const { targetInfos } = await session.send('Target.getTargets', { filter: [{}] });
        const running = targetInfos.filter(
          ({ type, url }) => ['page', 'worker'].includes(type) && url.startsWith(page),
        );
        return running.length;
      })
      .toBe(0);
    await session.detach();
  }

  /** Opens the app again after it was closed. */
  async reopen(): Promise<void> {
    this.page = await this.context.newPage();
  }

  /** Into the valley. */
  async loseSignal(): Promise<void> {
    this.mast.down();
    await this.context.setOffline(true);
  }

  /** Back on the ridge. */
  async findSignal(): Promise<void> {
    this.mast.up();
    await this.context.setOffline(false);
  }

  /** A picture to look at, in daylight and at night. */
  async screenshot(name: string): Promise<void> {
    await picture(this.page, name);
    await this.page.evaluate(() => (document.documentElement.dataset['theme'] = 'dark'));
    await picture(this.page, `${name}-dark`);
    await this.page.evaluate(() => delete document.documentElement.dataset['theme']);
  }

  /** What of the page lies outside the screen, beside what is scrolled on its own: nothing may. */
  async outside(): Promise<string[]> {
    const width = this.page.viewportSize()?.width ?? 0;
    return this.page.evaluate((width) => {
      const scrolls = (element: Element | null): boolean =>
        element !== null && (getComputedStyle(element).overflowX === 'auto' || scrolls(element.parentElement));
      const found = [...document.querySelectorAll('body *')].filter((element) => {
        const { right, left, width: wide } = element.getBoundingClientRect();
        // One pixel wide is what only a screen reader sees.
        return wide > 1 && (right > width + 1 || left < -1) && !scrolls(element);
      });
      const { scrollWidth } = document.documentElement;
      return [
        ...(scrollWidth > width ? [`the page is ${scrollWidth} wide`] : []),
        ...found.map(
          (element) => `${element.tagName}.${element.className} ${element.textContent?.trim().slice(0, 40)}`,
        ),
      ];
    }, width);
  }

  /** How much of the screen's height stays behind bars when the page is scrolled; the rest is there to read. */
  async behindBars(): Promise<number> {
    return this.page.evaluate(() => {
      scrollTo(0, document.documentElement.scrollHeight / 2);
      const bars = [...document.querySelectorAll('body *')].filter((element) =>
        ['sticky', 'fixed'].includes(getComputedStyle(element).position),
      );
      const seen = bars.map((bar) => {
        const { top, bottom } = bar.getBoundingClientRect();
        return Math.max(0, Math.min(bottom, innerHeight) - Math.max(top, 0));
      });
      scrollTo(0, 0);
      return seen.reduce((sum, height) => sum + height, 0) / innerHeight;
    });
  }

  async stop(): Promise<void> {
    await this.context.close();
    await this.mast.stop();
  }

  /** Logs an awareness session of today. */
  async logSession(title: string, participants: number): Promise<void> {
    await this.open('/record/TT_BUOI');
    await this.fillSession(title, participants);
    await this.save();
  }

  async fillSession(title: string, participants: number): Promise<void> {
    const { page } = this;
    await page.getByRole('textbox', { name: 'Số lượt người tham gia' }).fill(String(participants));
    await page.getByRole('textbox', { name: 'Tên hoạt động' }).fill(title);
    await page.getByText('Sinh hoạt chuyên đề', { exact: true }).click();
    await page.getByText('Cắt giảm chi phí, tiết kiệm', { exact: true }).click();
  }

  async save(): Promise<void> {
    await this.page.getByRole('button', { name: 'Ghi vào sổ' }).click();
    await expect(this.page.getByText('Đã ghi vào sổ, đã lưu trên máy.')).toBeVisible();
  }

  /** Opens an entry of the log by its title. */
  async openEntry(title: string): Promise<void> {
    await this.open('/log');
    await this.page.getByRole('link', { name: title }).first().click();
    await expect(this.page.getByRole('heading', { name: title })).toBeVisible();
  }

  async editParticipants(title: string, participants: number): Promise<void> {
    await this.openEntry(title);
    await this.page.getByRole('link', { name: 'Sửa', exact: true }).click();
    await this.page.getByRole('textbox', { name: 'Số lượt người tham gia' }).fill(String(participants));
    await this.save();
  }

  /** Asks the server for news by the sheet behind the chip. */
  async sendNow(): Promise<void> {
    const before = this.mast.syncs;
    const send = (await this.openSheet()).getByRole('button', { name: 'Gửi ngay' });
    await send.click();
    // The line says that all is sent before the question is on its way, too; and to leave before the answer breaks it off.
    await expect.poll(() => this.mast.syncs).toBeGreaterThan(before);
    await expect(send).toBeEnabled();
    await this.closeSheet();
    await this.expectAllSent();
  }

  /** The sheet behind the chip of the first screen. */
  async openSheet(): Promise<Locator> {
    await this.open('/');
    await this.page.getByRole('button', { name: /Xem gửi và nhận/ }).click();
    const sheet = this.page.getByRole('dialog');
    await expect(sheet).toBeVisible();
    return sheet;
  }

  /** Waits until the sheet is gone, too: what it says stands on the screen behind it as well, and would be found twice. */
  async closeSheet(): Promise<void> {
    await this.page.keyboard.press('Escape');
    await expect(this.page.getByRole('dialog')).toBeHidden();
  }

  /** Waits until the chip says that everything is with the server. */
  async expectAllSent(): Promise<void> {
    await expect(this.page.getByText('Đã gửi hết', { exact: true }).first()).toBeVisible();
  }
}
