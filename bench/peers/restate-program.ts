import { Agent, request } from 'node:http'
import { createServer } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { instantMs } from '@holdfast/test-kit/instant'
import * as restate from '@restatedev/restate-sdk'
import { reportSeen, reportStarted, serveLoadProcess } from '../src/program-side.ts'
import { isInOrder } from './peer.ts'

// A payment stop as a Restate workflow: each step is in its log, and the bank's two answers arrive at its public
// endpoint.

const [ingressUrl = ''] = process.argv.slice(2)
const agent = new Agent({ keepAlive: true, maxSockets: 64 })

/** The bank's process sends the answers that the workflow awaits. */
function answer(awakeableId: string): void {
  const body = JSON.stringify({ reference: 'bank' })
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
  const asked = request(`${ingressUrl}/restate/awakeables/${awakeableId}/resolve`, { method: 'POST', agent, headers }, answered =>
    answered.resume(),
  )
  asked.on('error', error => console.error(error.message))
  asked.end(body)
}

const freeze = restate.workflow({
  name: 'freeze',
  handlers: {
    run: async (ctx: restate.WorkflowContext, document: unknown) => {
      const id = ctx.key
      ctx.set('state', 'received')
      const inOrder = await ctx.run('verify', () => isInOrder(document))
      if (!inOrder) return ctx.set('state', 'rejected')
      ctx.set('state', 'verified')
      const frozen = ctx.awakeable<unknown>()
      const recovered = ctx.awakeable<unknown>()
      await ctx.run('order', () => {
        reportSeen('ordered', id, instantMs())
        setImmediate(() => answer(frozen.id))
      })
      await frozen.promise
      ctx.set('state', 'frozen')
      await ctx.run('frozen', () => void setImmediate(() => answer(recovered.id)))
      await recovered.promise
      ctx.set('state', 'recovered')
      await ctx.run('recovered', () => reportSeen('recovered', id, instantMs()))
    },
    state: restate.handlers.workflow.shared(async (ctx: restate.WorkflowSharedContext) => ctx.get<string>('state')),
  },
})

const handler = restate.createEndpointHandler({
  services: [freeze],
  logger: (meta, ...said) => {
    if (meta.level === 'error') console.error(...said)
  },
})
const server = createServer(handler)
server.listen(0, '127.0.0.1', () => reportStarted(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
serveLoadProcess({ stop: async () => {} })
