// The board of stores: renews itself.
import { follow } from "./follow.js";

follow(document.getElementById("board").dataset.stream, () => {});
