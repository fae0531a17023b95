// `npm run generate`: writes what comes from the code into the documentation and the packages.
import { writeFileSync } from "node:fs";
import { GENERATED_FILES, urlOf } from "./generate/generated-files.ts";

for (const file of GENERATED_FILES) writeFileSync(urlOf(file), file.content());
