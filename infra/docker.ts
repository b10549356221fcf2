import { execFileSync, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const composeFile = fileURLToPath(new URL('compose.yaml', import.meta.url))

/** Why Docker cannot start these images here, or undefined. Pulls missing images, for at most three minutes each. */
export function whyNoDocker(images: readonly string[]): string | undefined {
  if (!succeeds(['info'], 10_000)) return 'no Docker engine answers'
  if (!succeeds(['compose', 'version'], 10_000)) return 'Docker has no compose command'
  for (const image of images) {
    if (succeeds(['image', 'inspect', image], 10_000)) continue
    console.log(`Pulling ${image} …`)
    if (!succeeds(['pull', '--quiet', image], 180_000)) return `image ${image} is missing and cannot be pulled`
  }
  return undefined
}

/** Runs `docker compose` on infra/compose.yaml. Throws its output when it fails. */
export function compose(...args: string[]): void {
  const command = ['compose', '--file', composeFile, ...args]
  execFileSync('docker', command, { stdio: ['ignore', 'inherit', 'inherit'], timeout: 240_000 })
}

const succeeds = (args: readonly string[], timeoutMs: number): boolean =>
  spawnSync('docker', args, { stdio: 'ignore', timeout: timeoutMs }).status === 0
