import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { backends, describeOnBackends } from '../src/backends.ts'
import { type Engine, reaches, submit } from '../src/engine.ts'
import { runHoldfast } from '../src/holdfast-command.ts'
import { accessibilityFaults, buildPage, missingBrowser, openBrowser, signInAs, type TestBrowser } from './src/browser.ts'

const officer = ['SG', 'officer', 'a.tan'] as const

describeOnBackends('a case', { skip: missingBrowser() }, backend => {
  let engine: Engine
  let browser: TestBrowser
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-case-'))
  // On Kafka other tests use the same ledger: this one uses payments of its own.
  const number = 900_000 + 1_000 * backends.indexOf(backend)
  const { caseReference } = buildRequestNumber(number)

  beforeAll(async () => {
    buildPage()
    engine = await backend.start()
    browser = await openBrowser(engine.deskUrl)
    for (const [key, document] of [
      [`case-${number}`, buildRequestNumber(number)],
      [`case-${number + 1}`, { ...buildRequestNumber(number + 1), caseReference }],
    ] as const)
      await reaches(engine, await submit(engine, ['SG', 'system'], document, key), 'verified')
  })
  afterAll(async () => {
    await browser?.close()
    await engine?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  test('shows its requests, its amounts and where its money went to both countries', async () => {
    for (const width of [1280, 320]) {
      const { page, context } = await browser.person({ width })
      await signInAs(page, officer, `/cases/SG/${caseReference}`)
      await page.getByRole('heading', { name: 'Where the money went' }).waitFor()
      expect(await page.locator('.trail > li').count()).toBe(2)
      expect(await page.getByRole('link', { name: `Case ${caseReference}` }).count()).toBe(0)
      expect(await page.locator('section[aria-labelledby=sums] tbody tr').count()).toBe(1)
      expect(await accessibilityFaults(page)).toEqual([])
      await context.close()
    }
  })

  test('is linked from each of its requests, which show their number in it', async () => {
    const { page, context } = await browser.person()
    await signInAs(page, officer)
    const toCase = page.getByRole('link', { name: `Case ${caseReference}` })
    await toCase.first().click()
    await page.waitForURL(`**/cases/SG/${caseReference}`)
    await page.locator('.row-link').first().click()
    await page.getByRole('heading', { level: 1, name: / · 2 of 2$/ }).waitFor()
    await page.getByText('· 2 requests').waitFor()
    await page.locator('.request-head').getByRole('link', { name: caseReference }).click()
    await page.waitForURL(`**/cases/SG/${caseReference}`)
    await context.close()
  })

  test('is exported as a file that is verified without the engine, which finds a changed fact', async () => {
    const { page, context } = await browser.person()
    await signInAs(page, officer, `/cases/SG/${caseReference}`)
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Evidence file (.jsonl)' }).click(),
    ])
    const file = join(folder, `${backend.name.length}.jsonl`)
    await download.saveAs(file)
    expect(await runHoldfast(engine, 'verify', file)).toMatchObject({ code: 0, out: expect.stringMatching(/2 requests|intact/) })
    const changed = readFileSync(file, 'utf8').replace('"beneficiarycountry":"TL"', '"beneficiarycountry":"AE"')
    writeFileSync(file, changed)
    expect((await runHoldfast(engine, 'verify', file)).code).toBe(1)
    await context.close()
  })

  test('is reported with the hash of its file, which is verified without the engine', async () => {
    const { page, context } = await browser.person()
    await signInAs(page, officer, `/cases/SG/${caseReference}/report`)
    await page.getByText(/All \d+ facts: each hash was checked in this browser/).waitFor()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Evidence file (.jsonl)' }).click(),
    ])
    const file = join(folder, `report-${backend.name.length}.jsonl`)
    await download.saveAs(file)
    expect((await runHoldfast(engine, 'verify', file)).code).toBe(0)
    expect(await page.locator('.proof').textContent()).toContain(createHash('sha256').update(readFileSync(file)).digest('hex'))
    await context.close()
  })

  test('does not exist for another country', async () => {
    const { page, context } = await browser.person()
    await signInAs(page, ['VU', 'officer', 'x'], `/cases/SG/${caseReference}`)
    await page.getByText('Your country has no part in such a case.').waitFor()
    await context.close()
  })

  test('keeps its security policy, and contacts no other origin', () => expect(browser.wrongs).toEqual([]))
})
