import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AnswerFolder } from '@holdfast/directory'
import { type Logger, silentLogger } from '@holdfast/runtime'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import {
  become,
  becomeRoot,
  engine,
  firstBank,
  hasUsers,
  root,
  secondBank,
  shellLoopOf,
  shellOf,
  type User,
} from '@holdfast/test-kit/users'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type AnswerWorld, openAnswerWorld } from '../../test/answer-world.ts'
import { type History, usd, verified } from '../../test/history.ts'
import { createFileDrop } from '../deliveries/drop-file.ts'
import { type AnswerFolders, startAnswerFolders } from './answer-folders.ts'

// Three users: the engine's, and those of banks in two countries. What a bank does, a shell of its user does.

const here = hasUsers() ? describe : describe.skip

let base: string
let umask: number
let world: AnswerWorld
let request: History
let folders: AnswerFolders
let logged: { level: string; problems?: string[]; message: string }[]

/** The attacker is a bank of another country than the order's; the victim is the bank that received the order. */
const attacker = () => join(base, 'a')
const victim = () => join(base, 'b')

beforeEach(async () => {
  base = mkdtempSync(join(tmpdir(), 'holdfast-users-'))
  chmodSync(base, 0o755)
  chownSync(base, engine.uid, engine.uid)
  become(engine)
  // The umask of a service.
  umask = process.umask(0o077)
  world = await openAnswerWorld()
  request = verified(buildRequestNumber(1, { payment: { amount: usd('1000.00') } }))
  await world.writeFacts(request)
  await world.dispatchAll()
  logged = []
  const noteAt = (level: string) => (about: object, message: string) => void logged.push({ level, message, ...about })
  const log: Logger = Object.assign(Object.create(silentLogger), { info: noteAt('info'), warn: noteAt('warn'), error: noteAt('error') })
  const entries: AnswerFolder[] = [
    { country: 'MY', bic: 'EXMPMYKL', folder: attacker() },
    { country: 'TL', bic: 'KMNSTLDL', folder: victim() },
  ]
  folders = startAnswerFolders({
    ...world.deps,
    log,
    folders: () => entries,
    everyMs: 3_600_000,
  })
})
afterEach(async () => {
  await folders.stop()
  await world.close()
  becomeRoot()
  process.umask(umask)
  rmSync(base, { recursive: true, force: true })
})

const page = readFileSync(join(import.meta.dirname, '../../../../docs/operate/directory.md'), 'utf8')

/** Runs the commands of docs/operate/directory.md, with ids instead of names that this machine does not know. */
function setUp(folder: string, bank: User): void {
  const commands = page.match(/^install -d .*$/gm)?.filter(command => !command.endsWith('/a.bank')) ?? []
  expect(commands).toHaveLength(4)
  const script = commands
    .join(' && ')
    .replaceAll('-o holdfast', `-o ${engine.uid}`)
    .replaceAll('-g kamanasa', `-g ${bank.uid}`)
    .replaceAll('/srv/holdfast/kamanasa', folder)
  asRoot(() => expect(shellOf(root, script, '/')).toEqual({ status: 0, stderr: '' }))
}

/** A setup to avoid: the bank owns its folder, and the engine writes there as a member of the group. */
function setUpOwnedBy(folder: string, bank: User): void {
  asRoot(() => {
    mkdirSync(folder)
    chownSync(folder, bank.uid, bank.uid)
    chmodSync(folder, 0o2770)
  })
  shellOf(bank, 'mkdir -m 2770 in done refused', folder)
}

function asRoot(work: () => void): void {
  becomeRoot()
  process.umask(0o022)
  work()
  process.umask(0o077)
  become(engine)
}

async function readFolders(times = 3): Promise<void> {
  for (let n = 0; n < times; n++) await folders.readAll()
}

const frozen = (amount = '920.00') => ({
  orderId: request.state().orders[0]?.orderId,
  requestId: request.requestId,
  institution: { bic: 'KMNSTLDL' },
  kind: 'frozen',
  details: { amount: usd(amount), basis: 'FIU_SUSPENSION' },
})
const commands = async () => (await world.commands()).map(({ type, actor }) => [type.split('.').at(-1), actor])
/** What a bank writes, without quotes in it. */
const put = (name: string, content: object = frozen()) => `printf '%s' '${JSON.stringify(content)}' > ${name}`
/** Secrets of the engine, such as its registry of members. */
function secretFolder(): string {
  const folder = join(base, 'data')
  mkdirSync(folder, { mode: 0o700 })
  writeFileSync(join(folder, 'members.json'), '{"members":["the registry"]}', { mode: 0o600 })
  return folder
}
const problems = () => logged.flatMap(({ problems = [] }) => problems).join('\n')
const filesUnder = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap(entry => (entry.isFile() ? [entry.name] : []))
const read = (user: User, path: string) => shellOf(user, `cat ${path} > /dev/null`, '/').status === 0

here('a bank in a folder that is set up correctly', () => {
  beforeEach(() => {
    setUp(attacker(), firstBank)
    setUp(victim(), secondBank)
  })

  test('answers, reads the outcome, and finds the original deleted', async () => {
    expect(shellOf(secondBank, `${put('in/hold.json')}; ${put('in/wrong.json', { kind: 'frozen' })}`, victim())).toEqual({
      status: 0,
      stderr: '',
    })
    await readFolders()
    expect(await commands()).toEqual([['ReportFreeze', 'TL/institution/KMNSTLDL']])
    const reading = shellOf(secondBank, 'cat done/*.hold.json refused/*.wrong.json refused/*.problems.json > /dev/null', victim())
    expect(reading).toEqual({ status: 0, stderr: '' })
    expect(readdirSync(join(victim(), 'in'))).toEqual([])
    expect(problems()).toBe('')
  })

  test('keeps its new files when the documented command deletes old ones', async () => {
    const clearing = / {0,2}`(find \/srv[^`]*)`/.exec(page)?.[1]?.replace('/srv/holdfast/kamanasa', victim()) ?? ''
    shellOf(secondBank, put('in/hold.json'), victim())
    await readFolders()
    shellOf(secondBank, put('in/later.json'), victim())
    const old = new Date(Date.now() - 100 * 86_400_000)
    for (const name of ['done', 'in'])
      for (const file of readdirSync(join(victim(), name))) asRoot(() => utimesSync(join(victim(), name, file), old, old))
    expect(shellOf(engine, clearing, '/')).toEqual({ status: 0, stderr: '' })
    expect([filesUnder(join(victim(), 'done')), filesUnder(join(victim(), 'in'))]).toEqual([[], ['later.json']])
  })

  test('reads its orders there, and another bank cannot', async () => {
    const orderId = '0f9e8d7c-6b5a-5938-8271-605f4e3d2c1b'
    await createFileDrop()({ folder: victim(), orderId, extension: 'json', body: '{}' })
    expect([secondBank, firstBank].map(user => read(user, join(victim(), `${orderId}.json`)))).toEqual([true, false])
  })

  test.each([
    ['replace its refused folder by a link to another bank’s', 'rmdir refused && ln -s ../b/in refused'],
    ['move a folder of the engine', 'mv done done.old'],
    ['replace its inbox by a link to the engine’s data', 'rmdir in && ln -s ../data in'],
    ['create a link where the engine will write', 'ln -s ../data/members.json refused/w.json.problems.json'],
    ['write an outcome', 'touch done/hold.json'],
    ['write an order', 'touch order.json'],
    ['list another bank’s folder', 'ls ../b'],
  ])('cannot %s', (_what, script) => {
    expect(shellOf(firstBank, script, attacker()).status).not.toBe(0)
    expect(readdirSync(attacker()).sort()).toEqual(['done', 'in', 'refused'])
  })

  test.each<[string, () => string, string]>([
    ['a link to a secret', () => 'ln -s ../../data/members.json in/x.json', 'not a regular file'],
    ['a pipe', () => 'mkfifo in/x.json', 'not a regular file'],
    ['a file that the engine cannot read', () => `${put('in/x.json')}; chmod 600 in/x.json`, 'is not readable'],
    ['a file with a second name', () => `${put('in/.x')}; ln in/.x in/x.json`, 'second name'],
  ])('gains nothing from %s, which delays no other file', async (_what, script, why) => {
    secretFolder()
    shellOf(firstBank, script(), attacker())
    shellOf(firstBank, put('in/y.json', { kind: 'frozen' }), attacker())
    await readFolders()
    expect(filesUnder(join(attacker(), 'refused'))).toEqual([
      expect.stringContaining('y.json'),
      expect.stringContaining('y.json.problems.json'),
    ])
    expect(filesUnder(join(attacker(), 'done'))).toEqual([])
    expect(readdirSync(join(attacker(), 'in'))).toContain('x.json')
    expect(problems()).toContain(why)
  })

  test('cannot copy a secret of the engine by a hard link whose first name was deleted', async () => {
    // Systems without fs.protected_hardlinks let a bank create such links itself.
    asRoot(() => {
      writeFileSync(join(attacker(), 'in', 'x.json'), '{"secret":1}', { mode: 0o600 })
      chownSync(join(attacker(), 'in', 'x.json'), engine.uid, engine.uid)
    })
    await readFolders()
    expect([...filesUnder(join(attacker(), 'done')), ...filesUnder(join(attacker(), 'refused'))]).toEqual([])
    expect(problems()).toContain("belongs to root or the engine's user")
  })

  test('has an empty file of a terabyte refused after reading its beginning only', async () => {
    shellOf(firstBank, 'truncate -s 1T in/x.json', attacker())
    await readFolders()
    const kept = filesUnder(join(attacker(), 'refused')).find(name => name.endsWith('.x.json')) ?? ''
    expect(readFileSync(join(attacker(), 'refused', kept)).length).toBe(262_144)
    expect(readdirSync(join(attacker(), 'in'))).toEqual([])
  })

  test('counts as a person only in a folder that the operator created for that person', async () => {
    const made = shellOf(secondBank, `mkdir in/forged; ${put('in/forged/hold.json')}; ln -s . in/linked`, victim())
    expect(made.status).toBe(0)
    asRoot(() => {
      mkdirSync(join(victim(), 'in', 'a.bank'))
      chownSync(join(victim(), 'in', 'a.bank'), engine.uid, secondBank.uid)
      chmodSync(join(victim(), 'in', 'a.bank'), 0o3770)
    })
    await readFolders()
    expect(await commands()).toEqual([])
    expect(problems()).toContain("a person's folder must belong to the engine")
    expect(shellOf(secondBank, 'mv in/a.bank in/forged2', victim()).status).not.toBe(0)
    expect(shellOf(secondBank, put('in/a.bank/hold.json'), victim()).status).toBe(0)
    await readFolders()
    expect(await commands()).toEqual([['ReportFreeze', 'TL/institution/a.bank']])
  })

  test('gets file names that a terminal can show and a file system accepts', async () => {
    const long = 'x'.repeat(245)
    shellOf(firstBank, `${put(`"in/$(printf 'a\\nb\\033[31m..').json"`)}; ${put(`in/${long}.json`, frozen('1.00'))}`, attacker())
    await readFolders()
    const names = filesUnder(join(attacker(), 'refused')).filter(name => !name.endsWith('.problems.json'))
    expect(names.map(name => name.slice(13)).sort()).toEqual(['a_b__31m...json', `${'x'.repeat(150)}.json`])
    expect(readdirSync(join(attacker(), 'in'))).toEqual([])
  })

  test('that fills its folder delays another bank’s answer by one pass at most', async () => {
    shellOf(firstBank, "seq -f 'in/%.0f.json' 12000 | xargs touch", attacker())
    shellOf(secondBank, put('in/hold.json'), victim())
    await readFolders(2)
    expect(await commands()).toEqual([['ReportFreeze', 'TL/institution/KMNSTLDL']])
    expect(problems()).toContain('more than 5000 entries')
  })

  test('that replaces its file by a link during a pass never has the link followed', async () => {
    const data = secretFolder()
    const swapping = shellLoopOf(
      firstBank,
      `${put('in/.f')}; mv in/.f in/x.json; ln -sf ${data}/members.json in/.l; mv in/.l in/x.json`,
      attacker(),
    )
    try {
      await readFolders(150)
    } finally {
      await swapping.stop()
    }
    const kept = [
      ...filesUnder(join(attacker(), 'done')).map(name => join('done', name)),
      ...filesUnder(join(attacker(), 'refused')).map(name => join('refused', name)),
    ]
    expect(kept.filter(name => readFileSync(join(attacker(), name), 'utf8').includes('registry'))).toEqual([])
    expect(readFileSync(join(data, 'members.json'), 'utf8')).toBe('{"members":["the registry"]}')
  })
})

here('a bank that owns its folder', () => {
  beforeEach(() => {
    setUpOwnedBy(attacker(), firstBank)
    setUp(victim(), secondBank)
  })

  /** This bank's answer is refused, because the order went to another country. */
  const answersForAnother = () => put('in/hold.json')

  test('cannot answer as another bank by a link to that bank’s folder', async () => {
    shellOf(firstBank, `rmdir refused; ln -s ../b/in refused; ${answersForAnother()}`, attacker())
    await readFolders(6)
    expect(await commands()).toEqual([])
    expect(readdirSync(join(victim(), 'in'))).toEqual([])
  })

  test('cannot overwrite a file of the engine by a link next to a refused file', async () => {
    const data = secretFolder()
    shellOf(
      firstBank,
      `${answersForAnother()}; sum=$(sha256sum in/hold.json | cut -c1-12); ln -s ${data}/members.json refused/$sum.hold.json.problems.json`,
      attacker(),
    )
    await readFolders()
    expect(readFileSync(join(data, 'members.json'), 'utf8')).toBe('{"members":["the registry"]}')
  })

  test('cannot read a file of the engine by a link to its data', async () => {
    const data = secretFolder()
    shellOf(firstBank, `rmdir in; ln -s ${data} in`, attacker())
    await readFolders()
    expect(readdirSync(data)).toEqual(['members.json'])
    expect(['done', 'refused'].flatMap(name => filesUnder(join(attacker(), name)))).toEqual([])
  })

  test('is logged once, with every problem', async () => {
    await readFolders()
    const [line, ...more] = logged.filter(({ problems }) => problems)
    expect(more).toEqual([])
    expect(line).toMatchObject({ level: 'error', message: 'Answer folder rejected: its path can be replaced by another user' })
    expect(line?.problems).toEqual([
      `${attacker()} belongs to user ${firstBank.uid}, not to the engine's user ${engine.uid}`,
      `${attacker()} is writable by other users (mode 2770): run chmod g-w,o-w`,
    ])
  })

  test('has its answers accepted once its folder is set up correctly', async () => {
    await readFolders()
    asRoot(() => {
      for (const name of ['', 'in', 'done', 'refused']) chownSync(join(attacker(), name), engine.uid, firstBank.uid)
      for (const name of ['', 'done', 'refused']) chmodSync(join(attacker(), name), 0o2750)
      chmodSync(join(attacker(), 'in'), 0o3770)
    })
    shellOf(firstBank, put('in/x.json', { kind: 'frozen' }), attacker())
    await readFolders()
    expect(filesUnder(join(attacker(), 'refused'))).toHaveLength(2)
    expect(logged.map(({ message }) => message)).toContain('Answer folder is set up correctly again')
  })
})

here('the engine rejects a folder, and names the problem, if', () => {
  const elsewhere = () => join(base, 'elsewhere')
  test.each<[string, () => void, () => string]>([
    ['other users can write the folder', () => chmodSync(attacker(), 0o2770), () => `${attacker()} is writable by other users`],
    [
      'other users can write the outcome of a file',
      () => chmodSync(join(attacker(), 'refused'), 0o2770),
      () => `${attacker()}/refused is writable`,
    ],
    [
      'other users can move files in it',
      () => chmodSync(join(attacker(), 'in'), 0o2770),
      () => `${attacker()}/in is writable by other users and not sticky`,
    ],
    [
      'another user owns the inbox',
      () => chownSync(join(attacker(), 'in'), firstBank.uid, firstBank.uid),
      () => `${attacker()}/in belongs to user`,
    ],
    ['other users can write the folder above', () => chmodSync(base, 0o777), () => `${base} is writable by other users`],
    ['another user owns the folder above', () => chownSync(base, firstBank.uid, firstBank.uid), () => `${base} belongs to user`],
  ])(
    '%s',
    async (_what, change, problem) => {
      setUp(attacker(), firstBank)
      setUp(victim(), secondBank)
      shellOf(firstBank, put('in/x.json', { kind: 'frozen' }), attacker())
      asRoot(change)
      await readFolders()
      expect(problems()).toContain(problem())
      expect(existsSync(join(attacker(), 'in', 'x.json'))).toBe(true)
      expect(filesUnder(join(attacker(), 'refused'))).toEqual([])
    },
    15_000,
  )

  test('no order is written if the path to its folder contains a link of the bank', async () => {
    asRoot(() => {
      mkdirSync(elsewhere())
      mkdirSync(join(elsewhere(), 'orders'))
      chownSync(join(elsewhere(), 'orders'), engine.uid, engine.uid)
      mkdirSync(attacker())
      chownSync(attacker(), firstBank.uid, engine.uid)
    })
    shellOf(firstBank, 'ln -s ../elsewhere way', attacker())
    const order = {
      folder: join(attacker(), 'way', 'orders'),
      orderId: '0f9e8d7c-6b5a-5938-8271-605f4e3d2c1b',
      extension: 'json',
      body: '{}',
    } as const
    await expect(createFileDrop()(order)).rejects.toThrow("others can put another folder in this one's place")
    expect(readdirSync(join(elsewhere(), 'orders'))).toEqual([])
  })

  test('a folder that a bank owns, inside one that it does not, receives orders, which the bank can only delete', async () => {
    setUpOwnedBy(attacker(), firstBank)
    const order = { folder: attacker(), orderId: '0f9e8d7c-6b5a-5938-8271-605f4e3d2c1b', extension: 'json', body: '{}' } as const
    const data = secretFolder()
    shellOf(firstBank, `ln -s ${data}/members.json ${order.orderId}.json`, attacker())
    await createFileDrop()(order)
    expect(shellOf(firstBank, `grep -q '{}' ${order.orderId}.json && rm ${order.orderId}.json`, attacker())).toEqual({
      status: 0,
      stderr: '',
    })
    expect(readFileSync(join(data, 'members.json'), 'utf8')).toBe('{"members":["the registry"]}')
  })
})
