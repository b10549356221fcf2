#!/usr/bin/env node
// An older Node can't read the sources and would say so with an unhelpful error.
if (Number(process.versions.node.split('.')[0]) < 24) {
  console.error(`holdfast needs Node 24 or newer; this is ${process.version}. Run it with npx inside the project, which brings its own.`)
  process.exit(2)
}
await import('../src/main.ts')
