import { createDeadLetters, silentLogger, systemClock } from '@holdfast/runtime'
import { topics } from '@holdfast/schemas'
import { type ClusterEngine, serviceNames } from '@holdfast/test-kit/cluster-engine'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeOnBackends, everyBackend } from '../src/backends.ts'
import { type Engine, reaches, submit } from '../src/engine.ts'
import { accessibilityFaults, buildPage, missingBrowser, openBrowser, signInAs, type TestBrowser } from './src/browser.ts'

const night = ['', 'operator', 'night'] as const
const isCluster = (engine: Engine): engine is ClusterEngine => 'services' in engine

describeOnBackends('the page of operators', { skip: missingBrowser(), on: everyBackend }, backend => {
  let engine: Engine
  let browser: TestBrowser
  let requestId: string
  // On Kafka other tests use the same ledger: this one uses a payment of its own.
  const number = 950_000 + 1_000 * everyBackend.indexOf(backend)

  /** A withdrawal that an earlier release could not read, and an unreadable record. */
  async function plantLetters(): Promise<void> {
    const kept = createDeadLetters(engine.streams, 'ledger', systemClock, silentLogger)
    const record = { topic: topics.commands.name, partition: 0, offset: number, key: requestId, headers: {}, timestampMs: 0 }
    const command = {
      specversion: '1.0',
      id: `withdraw-${number}`,
      source: '/holdfast/desk',
      type: 'holdfast.command.v1.Withdraw',
      subject: requestId,
      time: new Date().toISOString(),
      actor: 'SG/officer/a.tan',
      data: { reason: 'The victim was paid back' },
    }
    await kept.keep({ ...record, value: JSON.stringify(command) }, `/data: not known here (${number})`)
    await kept.keep({ ...record, offset: number + 1, value: 'no JSON\u202e' }, `is no JSON (${number})`)
  }

  beforeAll(async () => {
    buildPage()
    engine = await backend.start()
    browser = await openBrowser(engine.deskUrl)
    requestId = await submit(engine, ['SG', 'system'], buildRequestNumber(number), `operations-${number}`)
    await reaches(engine, requestId, 'verified')
    await plantLetters()
  })
  afterAll(async () => {
    await browser?.close()
    await engine?.stop()
  })

  const rowOf = (page: Page, text: string) => page.getByRole('row').filter({ hasText: text })
  /** The alerts of this engine only: other tests use the same Kafka. */
  const processRow = (page: Page, url: string) =>
    rowOf(page, `:${new URL(url).port}`)
      .filter({ has: page.locator('.standing') })
      .first()

  test('shows an operator every service ready, and no pages of members', async () => {
    const { page, context } = await browser.person()
    const asked: string[] = []
    page.on('request', request => asked.push(new URL(request.url()).pathname))
    await signInAs(page, night, '/operations')
    const urls = isCluster(engine) ? Object.values(engine.services).map(({ url }) => url) : [engine.deskUrl]
    for (const url of urls) await processRow(page, url).getByText('Ready', { exact: true }).waitFor({ timeout: 15_000 })
    const names = (await page.getByRole('region').first().locator('.strong').allTextContents()).join(', ')
    for (const name of serviceNames) expect(names).toContain(name)
    expect(await page.getByText('Nothing is heard of').count()).toBe(0)
    await rowOf(page, 'freeze.answers').getByText('Keeps up').waitFor()
    expect(await page.getByRole('link', { name: 'Board' }).count()).toBe(0)
    // Every address of a member page leads an operator to the operators' page.
    await page.goto('/inbox')
    await page.waitForURL('**/operations')
    await page.getByRole('heading', { name: 'Operations' }).waitFor()
    expect(asked.filter(path => /^\/v1\/(requests|alerts|proposals|stream)/.test(path))).toEqual([])
    await context.close()
  })

  test('shows a dead letter with its reason, and redrives it after a review', async () => {
    const { page, context } = await browser.person()
    await signInAs(page, night, '/operations')
    const row = rowOf(page, `/data: not known here (${number})`)
    await row.getByText('Not sent again').waitFor()
    await row.getByRole('button').click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('In the name of').waitFor()
    await dialog.getByText('The record, whole').click()
    expect(await dialog.locator('pre').textContent()).toContain('"reason": "The victim was paid back"')
    await dialog.getByRole('button', { name: 'Send it again…' }).click()
    await dialog.getByText('It is done once').waitFor()
    // The redrive needs a confirmation.
    expect((await reaches(engine, requestId, 'verified')).request.phase).toBe('verified')
    await dialog.getByRole('button', { name: 'Send it again' }).click()
    await dialog.getByText('It was sent again.').waitFor()
    await reaches(engine, requestId, 'closed.withdrawn')
    await dialog.getByRole('button', { name: 'Close' }).click()
    await row.getByText('Sent again', { exact: true }).waitFor()
    expect(await row.textContent()).toContain('night')
    await row.getByRole('button').click()
    await dialog.getByText('Sent again').waitFor()
    expect(await dialog.getByRole('button', { name: 'Send it again…' }).count()).toBe(0)
    await context.close()
  })

  test('says why a record cannot be redriven, and hides its bidirectional control characters', async () => {
    const { page, context } = await browser.person()
    await signInAs(page, night, '/operations')
    await rowOf(page, `is no JSON (${number})`).getByRole('button').click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('It can not be sent again as it is').waitFor()
    await dialog.getByText('The ledger still cannot read it.').waitFor()
    await dialog.getByText('The record, whole').click()
    expect(await dialog.locator('pre').textContent()).toMatch(/no JSON\ufffd$/)
    expect(await accessibilityFaults(page)).toEqual([])
    expect(await dialog.getByRole('button').allTextContents()).toEqual(['Close'])
    await context.close()
  })

  test('keeps the rows in place when a dead letter arrives, and shows it on demand', async () => {
    const { page, context } = await browser.person()
    await signInAs(page, night, '/operations')
    await rowOf(page, `is no JSON (${number})`).waitFor()
    const before = await page.getByRole('button', { name: /Dead letter/ }).allTextContents()
    const reason = `came later (${number})`
    await createDeadLetters(engine.streams, 'intake', systemClock, silentLogger).keep(
      { topic: topics.requests.name, partition: 0, offset: number, key: 'SG', value: '{}', headers: {}, timestampMs: 0 },
      reason,
    )
    await page.getByRole('button', { name: 'Show new ones' }).waitFor({ timeout: 15_000 })
    expect(await page.getByRole('button', { name: /Dead letter/ }).allTextContents()).toEqual(before)
    await page.getByRole('button', { name: 'Show new ones' }).click()
    await rowOf(page, reason).waitFor()
    await page.getByRole('combobox', { name: 'Topic' }).selectOption(topics.commands.name)
    await rowOf(page, `is no JSON (${number})`).waitFor()
    expect(await rowOf(page, reason).count()).toBe(0)
    await context.close()
  })

  test('is refused to a member with an explanation, and has no link for members', async () => {
    const { page, context } = await browser.person()
    const asked: string[] = []
    page.on('request', request => asked.push(new URL(request.url()).pathname))
    await signInAs(page, ['SG', 'officer', 'a.tan'], '/operations')
    await page.getByRole('heading', { name: 'This page is for operators of the engine' }).waitFor()
    expect(await page.getByRole('link', { name: 'Operations' }).count()).toBe(0)
    expect(asked.filter(path => /^\/v1\/(operations|dead-letters|parked)/.test(path))).toEqual([])
    expect(await accessibilityFaults(page)).toEqual([])
    await context.close()
  })

  test('says that a killed service has stopped reporting', async context => {
    if (!isCluster(engine)) return context.skip('the page is in the same process')
    const { validation } = engine.services
    const { page, context: person } = await browser.person()
    await signInAs(page, night, '/operations')
    await processRow(page, validation.url).getByText('Ready', { exact: true }).waitFor({ timeout: 15_000 })
    await validation.kill('SIGKILL')
    await processRow(page, validation.url).getByText('Not heard').waitFor({ timeout: 30_000 })
    await rowOf(page, 'validation').getByText('Read by no process').waitFor({ timeout: 15_000 })
    await person.close()
  })

  test('keeps its security policy, and contacts no other origin', () => expect(browser.wrongs).toEqual([]))
})
