// The page on its own: nothing but the stage.
import { mount } from "./stage.js";

window.stage = mount(document.getElementById("stage"), { keys: document });
