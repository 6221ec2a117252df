import type { Journal } from '../domain/event.ts';
import { JournalError } from '../journal/folder.ts';

// What becomes of a run's journal when it cannot be written, and when it is closed.

export type Warn = (says: string) => void;

export const notKept = (error: JournalError): string => `This run is not kept in the journal: ${error.message}`;

/** Without a journal Inkling still looks and plans, but changes nothing: what begins a change is refused. */
export function unwritable(why: string): Journal {
  return {
    append: ({ type }) =>
      type === 'fix.phase' || type.endsWith('.intent')
        ? Promise.reject(new Error(`nothing is changed: ${why}`))
        : Promise.resolve(),
    appendSoon: () => {},
    close: () => Promise.resolve(),
  };
}

/** A journal whose closing also ends what lived only for the run. What a look could not write is told, not fatal. */
export function closing(journal: Journal, warn: Warn, close?: () => Promise<void>): Journal {
  return {
    append: (event) => journal.append(event),
    appendSoon: (event) => journal.appendSoon(event),
    close: async () => {
      try {
        await journal.close();
      } catch (error) {
        if (!(error instanceof JournalError)) throw error;
        warn(notKept(error));
      } finally {
        await close?.();
      }
    },
  };
}
