import { createContext, useContext } from 'react';
import type { Act } from './model.ts';

export type Dispatch = (act: Act) => void;

/** How a component that takes keys itself (the fixed menu) says what was wanted. */
export const DispatchContext = createContext<Dispatch>(() => {});
export const useDispatch = (): Dispatch => useContext(DispatchContext);
