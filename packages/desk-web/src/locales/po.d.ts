declare module '*.po' {
  const catalog: import('./translate.ts').CompiledCatalog
  export default catalog
}
