import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect } from 'node:tls'

/** Sends a user's commands to Redis, one a line, and returns the first answer of each. */
export interface RedisSession {
  say(command: string): Promise<string>
  end(): void
}

/** Connects by TLS. Throws the answer of Redis where it refuses the password. */
export async function signInToRedis(url: string, caFile: string, user: string, password: string): Promise<RedisSession> {
  const { hostname: host, port } = new URL(url)
  const socket = connect({ host, port: Number(port), ca: readFileSync(caFile) })
  await once(socket, 'secureConnect')
  const say = async (command: string): Promise<string> => {
    socket.write(`${command}\r\n`)
    const [answer] = (await once(socket, 'data')) as [Buffer]
    return answer.toString().trimEnd()
  }
  const answer = await say(`AUTH ${user} ${password}`)
  if (answer !== '+OK') throw new Error(answer)
  return { say, end: () => socket.destroy() }
}
