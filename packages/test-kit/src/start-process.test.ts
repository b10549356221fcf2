import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { startProcess } from './start-process.ts'

const helper = new URL('./start-process.ts', import.meta.url).href
const isWindows = process.platform === 'win32'

/** Runs this in a Node of its own, with `startProcess` in scope. */
const runStarter = (program: string, env: NodeJS.ProcessEnv = {}): ChildProcess =>
  spawn(process.execPath, ['--input-type=module', '-e', `import { startProcess } from ${JSON.stringify(helper)}\n${program}`], {
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'ignore'],
  })

/** All that was written until each process with this output had ended. */
async function outputOf({ stdout }: ChildProcess): Promise<string> {
  let output = ''
  stdout?.on('data', chunk => (output += String(chunk)))
  if (stdout) await once(stdout, 'close')
  return output
}

/** A process and a child of it, both with the starter's output. */
const startTwo = `const child = startProcess('sh', ['-c', 'sleep 600 & echo started; wait'], { stdio: ['ignore', 'inherit', 'ignore'] })`

test.skipIf(isWindows).each([
  ['is killed', `process.kill(process.pid, 'SIGKILL')`],
  ['is asked to end', `process.kill(process.pid, 'SIGTERM')`],
  ['is interrupted', `process.kill(process.pid, 'SIGINT')`],
  ['exits', 'process.exit()'],
  ['throws', `throw new Error('no')`],
  ['is killed while the process is stopped', `child.kill('SIGSTOP'); process.kill(process.pid, 'SIGKILL')`],
])('a process and its children end when the starter %s', async (_name, ending) => {
  const starter = runStarter(`${startTwo}\nprocess.stdin.on('data', () => { ${ending} })`)
  starter.stdout?.once('data', () => starter.stdin?.write('end'))
  expect(await outputOf(starter)).toBe('started\n')
})

test.skipIf(isWindows)('a process ends with a starter that is killed in the moment of the start', async () => {
  const starter = runStarter(`${startTwo}\nprocess.kill(process.pid, 'SIGKILL')`)
  expect(['', 'started\n']).toContain(await outputOf(starter))
})

test.skipIf(isWindows)('the children of a process end when it ends by itself', async () => {
  const child = startProcess('sh', ['-c', 'sleep 600 & echo started'], { stdio: ['ignore', 'pipe', 'ignore'] })
  expect(await outputOf(child)).toBe('started\n')
  expect(child.exitCode).toBe(0)
})

test.skipIf(isWindows)('a starter that has nothing else to do ends', async () => {
  const starter = runStarter(`startProcess('sh', ['-c', 'exit 3'], { stdio: 'ignore' }).once('exit', code => console.log(code))`)
  expect(await outputOf(starter)).toBe('3\n')
})

test.skipIf(isWindows)('a starter sees the exit code or the signal', async () => {
  const exiting = startProcess('sh', ['-c', 'exit 7'], { stdio: 'ignore' })
  expect(await once(exiting, 'exit')).toEqual([7, null])
  const killed = startProcess('sleep', ['600'], { stdio: 'ignore' })
  killed.kill('SIGTERM')
  expect(await once(killed, 'exit')).toEqual([null, 'SIGTERM'])
})

test('a command that does not exist is an error, as of spawn', async () => {
  const child = startProcess('holdfast-no-such-command', [], { stdio: 'ignore' })
  expect(await once(child, 'error')).toMatchObject([{ code: 'ENOENT' }])
})

test('a process with a channel receives messages', async () => {
  const program = `process.once('message', code => process.exit(code))`
  const child = startProcess(process.execPath, ['-e', program], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  child.send(5)
  expect(await once(child, 'exit')).toEqual([5, null])
})

test.skipIf(isWindows)('a process with an environment of its own has the temporary folder of its starter', async () => {
  const starter = runStarter(
    `startProcess('sh', ['-c', 'echo $TMPDIR $OWN'], { env: { OWN: 'too' }, stdio: ['ignore', 'inherit', 'ignore'] })`,
    {
      TMPDIR: '/of/the/run',
    },
  )
  expect(await outputOf(starter)).toBe('/of/the/run too\n')
})
