import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, test } from 'vitest'

// An absolute bound fails on a slow machine without a defect. CONTRIBUTING.md says what to use instead.

const root = join(import.meta.dirname, '..')
const roots = ['packages', 'services', 'workflows', 'schemas', 'bench', 'tests']

const patterns: Readonly<Record<string, RegExp>> = {
  // expect(performance.now() - startedMs).toBeLessThan(1_000)
  'asserts that a span of time is short': /expect\([^\n]*(performance|Date)\.now\(\)[^\n]* - [^\n]*\.toBeLessThan/,
  // expect(tookMs).toBeLessThan(1_000)
  'asserts that milliseconds are few':
    /expect\([^\n]*([a-z]Ms|\bms|\btook|\belapsed|\blatenc\w+)\b[^\n]*\)\.(toBeLessThan|toBeLessThanOrEqual)\((?!Ms)/,
  // times.filter(ms => ms > 1_000)
  'collects what took long': /\b(ms|took|elapsed)\b >=? [\d_]{3,}\)\)\.toEqual\(\[\]\)/,
  'scales a bound by the speed of the machine': /\bslowness\(|machine-speed/,
  // expect.poll(look, { timeout: 500 })
  'waits for less than five seconds': /(expect\s*\.poll|vi\.waitFor|vi\.waitUntil|\.waitFor)\([^\n]*timeout: [1-4]?_?\d{3}\b(?!_)/,
}

/** Lines that match a pattern without bounding real time. */
const exceptions: readonly { readonly file: string; readonly line: string; readonly why: string }[] = [
  { file: 'packages/runtime/src/health/log-time.test.ts', line: 'trueMs + passedMs', why: 'the test sets the clock' },
  { file: 'packages/stores/src/redis/redis.test.ts', line: 'await leftMs()', why: 'it is the remaining lifetime of a key in Redis' },
  { file: 'tests/faults/clocks.test.ts', line: '60 * secondMs', why: 'a wrong clock differs by hours' },
]

const testFiles = roots
  .flatMap(folder => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
  .filter(entry => entry.isFile() && !entry.parentPath.includes('node_modules') && /\.test\.tsx?$/.test(entry.name))
  .map(entry => relative(root, join(entry.parentPath, entry.name)))
  .filter(file => !file.endsWith('.measure.test.ts') && file !== 'tests/time-bounds.test.ts')

function boundsIn(text: string): { readonly line: string; readonly why: string }[] {
  return text.split('\n').flatMap(line => {
    const [why] = Object.entries(patterns).find(([, pattern]) => pattern.test(line)) ?? []
    return why === undefined ? [] : [{ line: line.trim(), why }]
  })
}

test('no test outside the measurements bounds absolute time', () => {
  expect(testFiles.length).toBeGreaterThan(300)
  const found = testFiles.flatMap(file => boundsIn(readFileSync(join(root, file), 'utf8')).map(bound => ({ file, ...bound })))
  const isException = ({ file, line }: { file: string; line: string }) =>
    exceptions.some(exception => exception.file === file && line.includes(exception.line))
  expect(found.filter(bound => !isException(bound))).toEqual([])
  const unused = exceptions.filter(exception => !found.some(({ file, line }) => file === exception.file && line.includes(exception.line)))
  expect(unused).toEqual([])
})

test.each([
  'expect(performance.now() - startedMs).toBeLessThan(1_000)',
  'expect(Date.now() - sentAt).toBeLessThan(2_000)',
  'expect(tookMs).toBeLessThan(450)',
  'expect(besideMs).toBeLessThan(mostMs())',
  'expect(took.filter(([, ms]) => ms > 2_000)).toEqual([])',
  'expect(times.p95).toBeLessThan(pageMsMax * slowness())',
  'await expect.poll(() => isThere, { timeout: 500 }).toBe(true)',
  'await vi.waitFor(() => shown(), { timeout: 2_000 })',
])('the check finds %s', line => {
  expect(boundsIn(line)).toHaveLength(1)
})

test.each([
  'expect(performance.now() - startedAt).toBeGreaterThan(950)',
  'expect(fifty / one).toBeLessThan(15)',
  'await expect.poll(() => isThere, { timeout: 10_000 }).toBe(true)',
  'expect(dueMs).toBeGreaterThan(0)',
])('the check leaves %s', line => {
  expect(boundsIn(line)).toEqual([])
})
