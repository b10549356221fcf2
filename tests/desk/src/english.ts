import type { Page } from 'playwright-core'

/**
 * Sentences in Latin letters that a page in a language of another script shows as its own, one on each line. Text
 * marked as English is excluded, and so is user text, which is isolated by `bdi` or a direction of its own.
 */
export const latinSentencesIn = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const isSentence = (text: string) => /(?:[A-Za-z’'-]{2,}[ ,.:;]+){3}/.test(`${text} `)
    const foreign = '[lang=en], bdi, pre, code, [dir=auto], script, style, noscript, option'
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    const found: string[] = []
    while (walker.nextNode()) {
      const { data, parentElement } = walker.currentNode as Text
      if (isSentence(data) && !parentElement?.closest(foreign)) found.push(data.trim())
    }
    for (const named of document.querySelectorAll('[aria-label], [title], [placeholder]'))
      found.push(...['aria-label', 'title', 'placeholder'].map(name => named.getAttribute(name) ?? '').filter(isSentence))
    return found
  })
