// Its own, so that no other is looked for further up.
export default {};
