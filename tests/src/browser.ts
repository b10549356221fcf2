/** What of a browser signs in: cookies by host, and redirects one at a time. */
export interface Browser {
  /** Asks with the cookies of the host, and keeps those that it sets. Follows nothing. */
  fetch(address: string | URL, init?: RequestInit): Promise<Response>
  /** A cookie that it holds. */
  cookie(host: string, name: string): string | undefined
}

export function createBrowser(): Browser {
  const jar = new Map<string, Map<string, string>>()
  return {
    async fetch(address, init = {}) {
      const { host } = new URL(address)
      const cookies = jar.get(host) ?? new Map<string, string>()
      jar.set(host, cookies)
      const headers = new Headers(init.headers)
      if (cookies.size > 0) headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '))
      const answer = await fetch(address, { ...init, headers, redirect: 'manual' })
      for (const text of answer.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(text) ?? []
        if (/; Max-Age=0(;|$)/.test(text)) cookies.delete(name)
        else cookies.set(name, value)
      }
      return answer
    },
    cookie: (host, name) => jar.get(host)?.get(name),
  }
}

/** Where an answer sends its browser. Throws what it says instead. */
export async function onwardOf(answer: Response): Promise<string> {
  const to = answer.headers.get('location')
  if (to === null) throw new Error(`${answer.status} sends nobody anywhere: ${await answer.text()}`)
  return new URL(to, answer.url).href
}

/** Who to be at the development sign-in. */
export interface Chosen {
  readonly country: string
  readonly role: string
  readonly person: string
  readonly unit?: string
}

const page = { headers: { accept: 'text/html' } }

/** Walks from the desk through the chooser of its development sign-in and back; gives the last answer, which goes on by itself. */
export async function signInAs(browser: Browser, deskUrl: string, chosen: Chosen, query = ''): Promise<Response> {
  const begun = await browser.fetch(`${deskUrl}/auth/sign-in${query}`, page)
  const chooser = await browser.fetch(await onwardOf(begun), page)
  const html = await chooser.text()
  const fields = [...html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)].map(([, name = '', value = '']) => [
    name,
    value,
  ])
  const action = new URL(/<form action="([^"]+)"/.exec(html)?.[1] ?? '', chooser.url)
  const unescaped = fields.map(
    ([name, value = '']) => [name, value.replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))] as const,
  )
  action.search = new URLSearchParams([
    ...unescaped.map(([name = '', value]) => [name, value] as [string, string]),
    ...Object.entries(chosen),
  ]).toString()
  return browser.fetch(await onwardOf(await browser.fetch(action, page)), page)
}
