import { execFile, spawnSync } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkRecord, type Recorded } from '../../services/standalone/src/demo/check-record.ts'
import { conclude } from '../../services/standalone/src/demo/conclude.ts'
import { endings } from '../../services/standalone/src/demo/endings.ts'
import { play } from '../../services/standalone/src/demo/play.ts'
import { createScreen } from '../../services/standalone/src/demo/screen.ts'

const root = join(import.meta.dirname, '../..')
const folders: string[] = []
async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'holdfast-demo-test-'))
  folders.push(path)
  return path
}
afterAll(() => Promise.all(folders.map(path => rm(path, { recursive: true, force: true }))))

function createPaper() {
  let text = ''
  const screen = createScreen({ write: more => (text += more), isTerminal: false, paced: false })
  return { screen, text: () => text }
}

describe('the demo', () => {
  let code: number | null
  let output: string
  let temporary: string

  beforeAll(async () => {
    temporary = await folder()
    const env = { ...process.env, TMPDIR: temporary, CI: 'true', FORCE_COLOR: undefined }
    await new Promise<void>(resolve => {
      const child = execFile(
        process.execPath,
        ['services/standalone/src/demo.ts'],
        // The demo stops itself after 28 s and says so.
        { cwd: root, env, timeout: 45_000 },
        (_, stdout, stderr) => {
          code = child.exitCode
          output = stdout + stderr
          resolve()
        },
      )
    })
  }, 60_000)

  test.each([
    [['--help'], 0, /^Usage: npm run demo .*--port PORT/s],
    [['--desk', '--port', 'x'], 2, /^--port x is not a port number\n\nUsage: /],
    [['--speed'], 2, /^Unknown option '--speed'.*Usage: /s],
  ])('prints its usage: %j', (args, status, said) => {
    const ran = spawnSync(process.execPath, ['services/standalone/src/demo.ts', ...args], { cwd: root, encoding: 'utf8', timeout: 10_000 })
    expect(ran.stdout + ran.stderr).toMatch(said)
    expect(ran.status).toBe(status)
  })

  test('ends well within 30 seconds', () => {
    expect(output).toMatch(/All as expected: \d+ checks in \d+\.\d s\.\n$/)
    expect(code).toBe(0)
  })

  test.each([
    ['is flagged as late and accepted', /V09 \(flag\) LATE/],
    ['is escalated after a day', /24 Jul 10:25 SG-4711 +verified: deadline expired +Holdfast’s clock\n/],
    ['is frozen to 92 %', /25 Jul 09:30 SG-4711 +verified → frozen 92 % +TL institution +USD 39,000,000\n/],
    [
      'continues with a figure that is marked as invented',
      /“more than 2 million” more\. The figure of 2\.1 million and all that follows are\n +invented/,
    ],
    [
      'waits for a second prosecutor',
      /SG-4711 +frozen 97 %: proposed, awaits approval +TL authority\n +ConfirmFreeze awaits the approval of a second officer/,
    ],
    [
      'is confirmed by two prosecutors',
      /SG-4711 +frozen 97 %: provisional → confirmed +TL authority\n(?:.*\n)? +approved by a second officer/,
    ],
    ['is returned in part', /SG-4711 +frozen 97 %: returning → partly returned +TL institution +USD 30,000,000\n/],
    ['is recovered', /SG-4711 +frozen 97 % → recovered +TL institution +USD 11,098,200\n/],
  ])('shows how the reference case %s', (_, line) => {
    expect(output).toMatch(line)
  })

  test.each([
    ['a repeat that gets the same receipt', /✓ The same receipt, byte for byte/],
    ['a duplicate', /SG-4718 +received → closed, duplicate .*\n +SG-4711 already covers this payment\n/],
    ['a rejected request', /SG-4722 +received → closed, rejected .*\n +code NO_DUAL_CRIMINALITY\n/],
    ['a withdrawn request', /SG-4730 +frozen 100 % → closed, withdrawn +SG desk\n/],
    ['that an officer cannot approve an own proposal', /✓ The officer who proposed it cannot approve it/],
    ['the release of frozen money', /✓ An order to release EUR 186,400 reached Creek Bank/],
    ['a hold that is warned of', /FR-0815 +frozen 100 %: warned, ends 29 Jul 15:00 +Holdfast’s clock\n/],
    ['a hold that expires', /FR-0815 +frozen 100 % → closed, expired +Holdfast’s clock\n/],
    [
      'money that moved onward',
      /SG-4741 +frozen 24 %: part moved onward +MY institution +USD 380,000\n +to GB; a child request needs the requester’s approval\n/,
    ],
    [
      'that no other country is notified before the requester decides',
      /✓ Singapore’s desk must decide; London’s desk has received nothing/,
    ],
    [
      'that the requester approves',
      /SG-4741 +frozen 24 %: onward request approved +SG desk +USD 380,000\n +a child request is opened in GB\n/,
    ],
    ['the child request', /SG-4741\/1 – → received +Holdfast itself +USD 380,000\n/],
    [
      'an outcome report',
      /outcome: closed\.released, CHALLENGE_UPHELD; requested USD 500,000, frozen\n +USD 120,000, moved onward USD 380,000, released/,
    ],
    ['a hold that is extended', /SG-4741\/1 frozen 100 %: extended +GB authority\n/],
    ['the sums', /SG-4711 +SG → TL recovered +USD +42,300,000 +41,100,000 +41,098,200 +1,800 +– +–\n/],
    ['the released and the moved amount', /SG-4741 +SG → MY closed, released +USD +500,000 +– +– +– +120,000 +380,000\n/],
    ['a chain that holds and a replay that agrees', /✓ 48 facts of 7 requests exported: chain intact/],
  ])('shows %s', (_, line) => {
    expect(output).toMatch(line)
  })

  test('is plain text of at most 100 columns where the output is no terminal', () => {
    expect(output).not.toContain('\u001b')
    expect(output.split('\n').filter(line => line.length > 100)).toEqual([])
  })

  test('leaves nothing behind', async () => {
    expect(await readdir(temporary)).toEqual([])
  })
})

describe('a deviation from the story', () => {
  let recorded: Recorded
  beforeAll(async () => {
    const played = await play(await folder(), createPaper().screen)
    expect(played.problems).toEqual([])
    if (!played.recorded) throw new Error('the story was not recorded')
    recorded = played.recorded
    expect(checkRecord(recorded, endings)).toEqual([])
  }, 40_000)

  const without = (at: number, { lines }: Recorded) => lines.filter((_, index) => index !== at)
  const problemsOf = (changed: Partial<Recorded>, ends = endings) => checkRecord({ ...recorded, ...changed }, ends)

  test('makes the demo exit with 1 and is reported', async () => {
    const ends = endings.map(end =>
      end.caseReference === 'SG-4711' ? { ...end, amounts: { ...end.amounts, recovered: '41100000.00', charges: '0.00' } } : end,
    )
    const paper = createPaper()
    const played = await play(await folder(), paper.screen, { ends })
    expect(conclude(paper.screen, played, 1)).toBe(1)
    expect(paper.text()).toMatch(/✗ NOT AS EXPECTED: 48 facts of 7 requests exported/)
    expect(paper.text()).toMatch(
      /NOT AS EXPECTED \(\d+ checks in 1\.0 s\):\n {2}✗ the end of SG-4711 to TL: expected .*"recovered":"41100000\.00","charges":"0\.00"/,
    )
  }, 40_000)

  test('is a changed fact, with its line', () => {
    const at = recorded.lines.findIndex(line => line.includes('"39000000.00"'))
    const lines = recorded.lines.map((line, index) => (index === at ? line.replace('"39000000.00"', '"38000000.00"') : line))
    const problems = problemsOf({ lines })
    expect(problems).toContainEqual(`line ${at + 1}: fact 5 is not what its hash says: it was changed`)
    expect(problems).toContainEqual(expect.stringContaining('the replay of SG-4711'))
  })

  test('is a fact that is missing in the middle or at the end, or is no fact', () => {
    expect(problemsOf({ lines: without(3, recorded) })).toContainEqual(expect.stringContaining('missing before fact'))
    const cut = problemsOf({ lines: without(recorded.lines.length - 1, recorded) })
    expect(cut).toContainEqual(expect.stringContaining('the replay of SG-4711'))
    expect(cut).toContainEqual(expect.stringContaining('the live stream had 48'))
    expect(problemsOf({ lines: [...recorded.lines, '{}'] })).toContainEqual(expect.stringContaining('line 49 is not a fact'))
  })

  test('is a live stream that left something out', () => {
    expect(problemsOf({ streamed: recorded.streamed.slice(1) })).toEqual([
      'the export has 48 facts, but the live stream had 47, or different ones',
    ])
  })

  test('is an additional or a missing request', () => {
    const [, ...rest] = recorded.views
    expect(problemsOf({ views: rest })).toContainEqual('SG-4711 to TL is missing')
    expect(problemsOf({}, endings.slice(1))).toEqual(['expected 6 requests, found 7'])
  })
})
