const never = new Promise<never>(() => undefined)

/** Wraps an object for a process that can be killed: once it is dead, no call begins and no answer arrives. */
export function gated<T extends object>(target: T, isAlive: () => boolean): T {
  const guard = <R>(answer: Promise<R>): Promise<R> =>
    answer.then(
      value => (isAlive() ? gatedValue(value, isAlive) : never),
      error => (isAlive() ? Promise.reject(error) : never),
    )

  async function* guardEach<R>(pages: AsyncIterable<R>): AsyncGenerator<R> {
    for await (const page of pages) {
      if (!isAlive()) await never
      yield page
    }
  }

  return new Proxy(target, {
    get(object, name) {
      const found = Reflect.get(object, name) as unknown
      if (typeof found !== 'function') return found
      return (...given: unknown[]) => {
        if (!isAlive()) return never
        const answer = Reflect.apply(found, object, given) as unknown
        if (answer instanceof Promise) return guard(answer)
        return isAsyncIterable(answer) ? guardEach(answer) : answer
      }
    },
  })
}

const isAsyncIterable = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value

/** Wraps returned objects with methods too, such as the claims of a partition. */
function gatedValue<R>(value: R, isAlive: () => boolean): R {
  const hasMethods = typeof value === 'object' && value !== null && Object.values(value).some(each => typeof each === 'function')
  return hasMethods ? (gated(value as object, isAlive) as R) : value
}
