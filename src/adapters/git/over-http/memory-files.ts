import type { PromiseFsClient } from 'isomorphic-git';

/** Returns a file system in memory, with as much of one as isomorphic-git needs to keep a pack. */
export function memoryFiles(): PromiseFsClient {
  const files = new Map<string, Buffer>();
  const read = (path: string) => files.get(path) ?? missing(path);
  const stat = async (path: string) => {
    const isFile = files.has(path);
    if (!isFile && below(files, path).length === 0) missing(path);
    return { isFile: () => isFile, isDirectory: () => !isFile, isSymbolicLink: () => false, size: files.get(path)?.length ?? 0 };
  };
  return {
    promises: {
      readFile: async (path: string, options?: { encoding?: string } | string) => {
        const encoding = typeof options === 'string' ? options : options?.encoding;
        return encoding === undefined ? read(path) : read(path).toString('utf8');
      },
      writeFile: async (path: string, text: Uint8Array | string) => void files.set(path, Buffer.from(text as Uint8Array)),
      readdir: async (path: string) => below(files, path),
      unlink: async (path: string) => void files.delete(path),
      mkdir: async () => undefined,
      rmdir: async () => undefined,
      stat,
      lstat: stat,
      readlink: async (path: string) => missing(path),
      symlink: async (_: string, path: string) => missing(path),
    },
  };
}

function below(files: ReadonlyMap<string, Buffer>, folder: string): string[] {
  const prefix = `${folder.replace(/\/$/, '')}/`;
  const names = [...files.keys()]
    .filter((path) => path.startsWith(prefix))
    .map((path) => path.slice(prefix.length).split('/')[0]);
  return [...new Set(names as string[])];
}

function missing(path: string): never {
  throw Object.assign(new Error(`there is no ${path}`), { code: 'ENOENT' });
}
