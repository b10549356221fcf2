import { preferredMediaType, sendRefusal } from '@holdfast/http'
import { type Refusal, refusals } from '@holdfast/schemas'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { createNonce, withPageHeaders } from './page-headers.ts'

/** Escapes text for HTML, also within an attribute. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, character => `&#${character.codePointAt(0)};`)

export interface PlainPage {
  readonly title: string
  /** As HTML. */
  readonly body: string
  /** The language of the texts; default English. */
  readonly language?: string
  /** The address that the browser opens next. */
  readonly onwardTo?: string
}

/**
 * The look of the desk's page, in the theme of the browser. The reader's own theme is stored where only scripts can
 * read it.
 */
const style = `
  :root { color-scheme: light dark; --line: light-dark(#767f8a, #7d8793); --accent: light-dark(#0b5cad, #78b4f5) }
  html { font: 15px/1.45 "Noto Sans", system-ui, sans-serif; color: light-dark(#14181d, #e9edf1); background: light-dark(#f6f7f8, #14171a) }
  body { margin: 0; padding: 1rem }
  main { box-sizing: border-box; max-width: 30rem; margin: 8vh auto; padding: 1.5rem; border: 1px solid light-dark(#d5d9de, #363c43); border-radius: 4px; background: light-dark(#fff, #1c2024) }
  h1 { margin: 0 0 .75rem; font-size: 1.375rem; line-height: 1.25; font-weight: 600 }
  p { margin: 0 }
  a { color: var(--accent) }
  label { display: block; margin-top: 1rem }
  select, input, button { box-sizing: border-box; width: 100%; min-height: 36px; margin-top: .25rem; padding: .375rem .5rem; border: 1px solid var(--line); border-radius: 4px; font: inherit; color: inherit; background: inherit }
  button { margin-top: 1.5rem; border-color: var(--accent); color: light-dark(#fff, #0c1a2a); background: var(--accent); font-weight: 600; cursor: pointer }
  :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
`

/** Sends a short page without scripts or further files. */
export function sendPlainPage(reply: FastifyReply, { title, body, onwardTo, language = 'en' }: PlainPage): FastifyReply {
  const nonce = createNonce()
  const onward = onwardTo === undefined ? '' : `<meta http-equiv="refresh" content="0;url=${escapeHtml(onwardTo)}">`
  return withPageHeaders(reply, nonce)
    .type('text/html; charset=utf-8')
    .send(`<!doctype html>
<html lang="${language}" dir="${language === 'ar' ? 'rtl' : 'ltr'}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title>${onward}
<style nonce="${nonce}">${style}</style></head>
<body><main><h1>${escapeHtml(title)}</h1>
${body}
</main></body></html>
`)
}

export interface RefusalAsPage {
  readonly title: string
  /** What to do, as HTML. */
  readonly next?: string
}

/** Sends a refusal as problem details, or as a page to a browser that shows it. */
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
    body: `<p>${escapeHtml(message[0]?.toUpperCase() ?? '')}${escapeHtml(message.slice(1))}${message.endsWith('.') ? '' : '.'}</p>\n${next}`,
  })
}

/** Whether a browser opens the address, rather than a script. */
export const wantsPage = (request: Pick<FastifyRequest, 'headers'>): boolean =>
  request.headers.accept !== undefined && preferredMediaType(request, ['application/json', 'text/html']) === 'text/html'
