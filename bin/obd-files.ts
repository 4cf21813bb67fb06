import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { LiftgateError, messageOf } from '../protocols/error.ts';
import { type CodeList, codeListFromCsv, codeListOf } from '../protocols/obd/code-list.ts';
import { type Profile, readProfile } from '../protocols/obd/profile.ts';

/** A maker's own parameters. @throws LiftgateError `config` that names file and mistake */
export async function loadProfile(file: string): Promise<Profile> {
  return readProfile(yamlOf(await textOf(file), file), file);
}

/** A user's own texts for trouble codes, CSV by its ending, YAML otherwise. @throws LiftgateError `config` */
export async function loadCodes(file: string): Promise<CodeList> {
  const text = await textOf(file);
  return file.toLowerCase().endsWith('.csv') ? codeListFromCsv(text) : codeListOf(yamlOf(text, file));
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (e) {
    throw new LiftgateError('config', `${file} cannot be read: ${messageOf(e)}`, { about: file });
  }
}

function yamlOf(text: string, file: string): unknown {
  try {
    return parse(text);
  } catch (e) {
    throw new LiftgateError('config', `${file} is no YAML: ${messageOf(e)}`, { about: file });
  }
}
