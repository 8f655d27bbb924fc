/** An agent writes before its hook has started. A caller that pipes nothing waits no longer than this. */
const FIRST_MS = 200;
/** How long to wait for the rest of a document. */
const WHOLE_MS = 1_000;
const BYTES_MAX = 64 * 1024;

/** Returns what comes on standard input soon; nothing from a terminal, or from a pipe that nobody writes to. */
export async function readHookInput(stream: NodeJS.ReadStream = process.stdin): Promise<string> {
  if (stream.isTTY) return '';
  const chunks: Buffer[] = [];
  let bytes = 0;
  await new Promise<void>((done) => {
    let timer = setTimeout(done, FIRST_MS);
    const end = () => {
      clearTimeout(timer);
      done();
    };
    stream.once('end', end).once('error', end);
    stream.once('data', () => {
      clearTimeout(timer);
      timer = setTimeout(done, WHOLE_MS);
    });
    stream.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > BYTES_MAX) end();
    });
  });
  // An open pipe would keep the process alive.
  stream.destroy();
  return bytes > BYTES_MAX ? '' : Buffer.concat(chunks).toString();
}
