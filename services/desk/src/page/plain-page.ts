import { type Refusal, refusals } from '@holdfast/schemas'
import { sendRefusal } from '@holdfast/service-kit'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { createNonce, withPageHeaders } from './page-headers.ts'

/** Text as HTML shows it, in an attribute too. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, character => `&#${character.codePointAt(0)};`)

export interface PlainPage {
  readonly title: string
  /** HTML. */
  readonly body: string
  /** The address to which the browser goes on by itself. */
  readonly onwardTo?: string
}

const style = `
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
  body { max-width: 36rem; margin: 10vh auto; padding: 0 1rem }
  h1 { font-size: 1.4rem }
  label { display: block; margin-top: 1rem }
  select, input, button { font: inherit; width: 100%; padding: .5rem; margin-top: .25rem; box-sizing: border-box }
  button { margin-top: 1.5rem }
`

/** A page of a few words, without a script, that needs nothing else to be shown. */
export function sendPlainPage(reply: FastifyReply, { title, body, onwardTo }: PlainPage): FastifyReply {
  const nonce = createNonce()
  const onward = onwardTo === undefined ? '' : `<meta http-equiv="refresh" content="0;url=${escapeHtml(onwardTo)}">`
  return withPageHeaders(reply, nonce)
    .type('text/html; charset=utf-8')
    .send(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title>${onward}
<style nonce="${nonce}">${style}</style></head>
<body><main><h1>${escapeHtml(title)}</h1>
${body}
</main></body></html>
`)
}

export interface RefusalAsPage {
  readonly title: string
  /** HTML: what to do. */
  readonly next?: string
}

/** A refusal as problem details, and to a browser that shows what it gets as a page in the same words. */
export function refuseAsPage(
  request: FastifyRequest,
  reply: FastifyReply,
  refusal: Refusal,
  { title, next = '' }: RefusalAsPage,
): FastifyReply {
  if (!wantsPage(request)) return sendRefusal(reply, refusal)
  const { message, code } = refusal
  return sendPlainPage(reply.status(refusals[code].status), {
    title,
    body: `<p>${escapeHtml(message[0]?.toUpperCase() ?? '')}${escapeHtml(message.slice(1))}.</p>\n${next}`,
  })
}

/** Whether a browser goes to an address, and does not fetch from it. */
export const wantsPage = ({ headers: { accept } }: Pick<FastifyRequest, 'headers'>): boolean => accept?.includes('text/html') ?? false
