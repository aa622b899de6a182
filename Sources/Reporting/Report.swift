public import Entanglement
