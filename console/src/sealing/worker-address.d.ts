// What the build makes of a worker's source: the address that it is served at.
declare module '*?worker&url' {
  const address: string
  export default address
}
